"""Following posts until they have ended, with a summary that is always up to date."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text

from api import answers
from api.deps import Surroundings
from cli import output
from cli.around import zone_of
from cli.batch.interrupt import interrupt
from cli.output import say
from cli.times import local
from models.posts import Post
from models.statuses import SETTLED_POSTS, PostStatus
from models.store import posts

# Ended as nobody wished.
TROUBLE = (PostStatus.FAILED, PostStatus.MISSED, PostStatus.UNKNOWN, PostStatus.PARTIAL)
# Nothing goes on with these before a person has decided.
ATTENTION = (*TROUBLE, PostStatus.PENDING_APPROVAL)
# A draft stays one.
AT_REST = SETTLED_POSTS | {PostStatus.DRAFT}
SHOWN = 20
# Between two looks (s); with many posts, a look costs more.
LOOK_EVERY, POSTS_A_SECOND = 1.0, 2_000


@dataclass(slots=True)
class Watched:
    """How posts stand: their number by status, the next slot, and who needs somebody."""

    counts: Counter[str] = field(default_factory=Counter)
    next_slot: datetime | None = None
    attention: list[Post] = field(default_factory=list)
    zone: str = "UTC"
    was_interrupted: bool = False

    @property
    def exit_code(self) -> int:
        """130 interrupted, 1 when a post did not go out everywhere as it should."""
        if self.was_interrupted:
            return 130
        return 1 if any(self.counts[status] for status in TROUBLE) else 0

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        attention = [
            {"id": each.id, "key": each.row_key, "status": each.status, "reason": each.reason}
            for each in self.attention
        ]
        watched = {
            "statuses": dict(sorted(self.counts.items())),
            "nextSlot": answers.instant(self.next_slot),
            "needAttention": attention,
            "interrupted": self.was_interrupted,
        }
        return {"watched": watched}

    def summary(self) -> str:
        """One line."""
        order = [status for status in PostStatus if self.counts[status]]
        told = ", ".join(f"{self.counts[each]:,} {each.replace('_', ' ')}" for each in order)
        next_slot = local(self.next_slot, self.zone)
        return (told or "no posts") + (f"; next slot {next_slot}" if next_slot else "")


def follow(
    around: Surroundings, owner: str, post_ids: Iterable[str], *, silent: bool = False
) -> Watched:
    """Look at the posts again and again until all have ended, or until Ctrl-C."""
    looks = _Looks(around, owner, post_ids)
    stop = threading.Event()
    with interrupt(stop.set) as heard, _shown(silent=silent) as tell:
        while True:
            now = looks.look()
            now.was_interrupted = heard.came
            tell(now)
            if looks.is_over or heard.came:
                return now
            stop.wait(max(LOOK_EVERY, looks.open / POSTS_A_SECOND))


class _Looks:
    """What has ended is not looked at again."""

    def __init__(self, around: Surroundings, owner: str, post_ids: Iterable[str]) -> None:
        self._around = around
        self._owner = owner
        self._open = set(post_ids)
        self._ended: Counter[str] = Counter()
        self._trouble: list[str] = []
        with around.database.read() as session:
            self._zone = zone_of(session, owner)

    @property
    def open(self) -> int:
        """How many posts have not ended."""
        return len(self._open)

    @property
    def is_over(self) -> bool:
        """Whether all have."""
        return not self._open

    def look(self) -> Watched:
        """How the posts stand now."""
        with self._around.database.read() as session:
            standing = posts.load_statuses(session, sorted(self._open))
            counts: Counter[str] = Counter()
            slots: list[datetime] = []
            waiting: list[str] = []
            for post_id, status, at in standing:
                if status in AT_REST:
                    self._end(post_id, status)
                    continue
                counts[status] += 1
                slots += [at] if at is not None else []
                waiting += [post_id] if status in ATTENTION else []
            asked = [*self._trouble, *waiting][:SHOWN]
            attention = posts.find_by_ids(session, self._owner, asked)
        shown = [attention[post_id] for post_id in asked if post_id in attention]
        return Watched(counts + self._ended, min(slots, default=None), shown, self._zone)

    def _end(self, post_id: str, status: str) -> None:
        self._open.discard(post_id)
        self._ended[status] += 1
        if status in TROUBLE:
            self._trouble.append(post_id)


@contextmanager
def _shown(*, silent: bool) -> Iterator[Callable[[Watched], None]]:
    """Where summaries go: one place on a terminal; elsewhere a line whenever it is another."""
    if silent:
        yield lambda _: None
    elif output.console.is_terminal:
        with Live(console=output.console, refresh_per_second=4, transient=True) as live:
            yield lambda watched: live.update(Text("\n".join(_lines(watched))))
    else:
        yield _line_by_line(output.console)


def _line_by_line(console: Console) -> Callable[[Watched], None]:
    last = ""

    def tell(watched: Watched) -> None:
        nonlocal last
        if (line := watched.summary()) != last:
            console.print(line, markup=False, highlight=False)
            last = line

    return tell


def _lines(watched: Watched) -> list[str]:
    attention = [
        f"{each.row_key or each.id}: {each.status}" + (f": {each.reason}" if each.reason else "")
        for each in watched.attention
    ]
    return [watched.summary(), *attention]


def show_watched(watched: Watched) -> None:
    """The last word: on a terminal the summary is gone by now."""
    summary, *attention = _lines(watched)
    if output.console.is_terminal:
        say(summary)
    for line in attention:
        say(f"needs attention: {line}")
