"""How far an import is: a bar on a terminal, and elsewhere a line now and then; on stderr."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from cli import output

# Between two lines where there is no terminal (s).
LINE_EVERY = 15.0


class Speed(ProgressColumn):
    """Rows a second."""

    def render(self, task: Task) -> Text:
        """Such as "310 rows/s"."""
        return Text(f"{task.speed or 0:,.0f} rows/s")


class Counter:
    """Counts rows towards a sum, and shows nothing."""

    def advance(self, rows: int, refused: int) -> None:
        """So many rows more are done, and so many of all were refused."""


class Bar(Counter):
    """Shows a bar with rate and remaining time."""

    def __init__(self, bar: Progress, total: int) -> None:
        self._bar = bar
        self._task = bar.add_task("importing", total=total, refused="")

    def advance(self, rows: int, refused: int) -> None:
        """Move the bar."""
        said = f"{refused:,} refused" if refused else ""
        self._bar.update(self._task, advance=rows, refused=said)


class Lines(Counter):
    """Says how far it is every now and then."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._began = self._said = time.monotonic()

    def advance(self, rows: int, refused: int) -> None:
        """Count, and perhaps say it."""
        self._done += rows
        now = time.monotonic()
        if now - self._said < LINE_EVERY:
            return
        self._said = now
        rate = self._done / (now - self._began)
        left = (self._total - self._done) / rate
        output.errors.print(
            f"{self._done:,} of {self._total:,} rows, {refused:,} refused, {rate:,.0f} rows/s, "
            f"{left:,.0f} s left",
            highlight=False,
        )


@contextmanager
def progress(total: int, *, silent: bool) -> Iterator[Counter]:
    """Something that shows how far it is, for as long as the block lasts."""
    if silent:
        yield Counter()
    elif not output.errors.is_terminal:
        yield Lines(total)
    else:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:,.0f} of {task.total:,.0f} rows"),
            Speed(),
            TimeRemainingColumn(),
            TextColumn("[red]{task.fields[refused]}"),
        )
        with Progress(*columns, console=output.errors, transient=True) as bar:
            yield Bar(bar, total)
