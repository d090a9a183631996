"""The progress of an import on stderr: a bar on a terminal, elsewhere a line every 15 s."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from cli import output

# Seconds between two lines, if there is no terminal.
LINE_INTERVAL = 15.0


class SpeedColumn(ProgressColumn):
    """Rows a second."""

    def render(self, task: Task) -> Text:
        """Such as "310 rows/s"."""
        return Text(f"{task.speed or 0:,.0f} rows/s")


class ProgressReporter:
    """Receives the progress, and shows nothing."""

    def advance(self, rows: int, refused: int) -> None:
        """`rows` more are done; `refused` is the number of refused rows so far."""


class BarReporter(ProgressReporter):
    """Shows a bar with rate and remaining time."""

    def __init__(self, bar: Progress, total: int) -> None:
        self._bar = bar
        self._task = bar.add_task("importing", total=total, refused="")

    def advance(self, rows: int, refused: int) -> None:
        """Move the bar."""
        refused_text = f"{refused:,} refused" if refused else ""
        self._bar.update(self._task, advance=rows, refused=refused_text)


class LineReporter(ProgressReporter):
    """Prints a line from time to time."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._started = self._last_printed = time.monotonic()

    def advance(self, rows: int, refused: int) -> None:
        """Count, and print a line if the last one is old enough."""
        self._done += rows
        now = time.monotonic()
        if now - self._last_printed < LINE_INTERVAL:
            return
        self._last_printed = now
        rate = self._done / (now - self._started)
        left = (self._total - self._done) / rate
        output.error_console.print(
            f"{self._done:,} of {self._total:,} rows, {refused:,} refused, {rate:,.0f} rows/s, "
            f"{left:,.0f} s left",
            highlight=False,
        )


@contextmanager
def open_progress(total: int, *, silent: bool) -> Iterator[ProgressReporter]:
    """A reporter for as long as the block lasts: a bar, lines, or nothing."""
    if silent:
        yield ProgressReporter()
    elif not output.error_console.is_terminal:
        yield LineReporter(total)
    else:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:,.0f} of {task.total:,.0f} rows"),
            SpeedColumn(),
            TimeRemainingColumn(),
            TextColumn("[red]{task.fields[refused]}"),
        )
        with Progress(*columns, console=output.error_console, transient=True) as bar:
            yield BarReporter(bar, total)
