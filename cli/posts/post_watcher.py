"""Polls posts until all have ended, and shows a live summary."""

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

from cli import output
from cli.app_context import organization_timezone
from cli.interrupt import handle_interrupt
from cli.output import print_line
from cli.time_format import format_local
from models.posts import Post
from models.statuses import NEEDS_ATTENTION, SETTLED_POSTS, UNAPPROVED, PostStatus
from models.store.posts import posts
from models.store.posts.post_filters import PostFilters
from services import presenters
from services.context import AppContext

# These posts wait for a person's decision.
WAITING_STATUSES = (*NEEDS_ATTENTION, *UNAPPROVED)
# A draft does not change by itself, so watching does not wait for it.
SETTLED_OR_DRAFT = SETTLED_POSTS | {PostStatus.DRAFT}
UNSETTLED = PostFilters(statuses=tuple(each for each in PostStatus if each not in SETTLED_OR_DRAFT))
MAX_LISTED = 20
# Seconds between two polls; longer with many posts, so that this many are read in a second.
POLL_INTERVAL, POSTS_PER_SECOND = 1.0, 2_000


@dataclass(slots=True)
class WatchSummary:
    """The number of posts by status, the next slot, and the posts that need attention."""

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
        return 1 if any(self.counts[status] for status in NEEDS_ATTENTION) else 0

    def as_json(self) -> dict[str, Any]:
        """The summary as JSON."""
        attention = [
            {"id": each.id, "key": each.row_key, "status": each.status, "reason": each.reason}
            for each in self.attention
        ]
        summary = {
            "statuses": dict(sorted(self.counts.items())),
            "nextSlot": presenters.format_instant(self.next_slot),
            "needAttention": attention,
            "interrupted": self.was_interrupted,
        }
        return {"watched": summary}

    def headline(self) -> str:
        """The summary in one line."""
        order = [status for status in PostStatus if self.counts[status]]
        counts_text = ", ".join(f"{self.counts[each]:,} {each.replace('_', ' ')}" for each in order)
        next_slot = format_local(self.next_slot, self.zone)
        return (counts_text or "no posts") + (f"; next slot {next_slot}" if next_slot else "")


def watch_until_settled(
    context: AppContext, owner: str, post_ids: Iterable[str], *, silent: bool = False
) -> WatchSummary:
    """Poll the posts until all have ended, or until Ctrl-C."""
    poller = _StatusPoller(context, owner, post_ids)
    stop = threading.Event()
    with handle_interrupt(stop.set) as interrupt_handler, _open_display(silent=silent) as display:
        while True:
            summary = poller.poll()
            summary.was_interrupted = interrupt_handler.is_requested
            display(summary)
            if poller.is_finished or interrupt_handler.is_requested:
                return summary
            stop.wait(max(POLL_INTERVAL, poller.open_count / POSTS_PER_SECOND))


class _StatusPoller:
    """Reads the statuses of posts. A post that has ended is not read again."""

    def __init__(self, context: AppContext, owner: str, post_ids: Iterable[str]) -> None:
        self._context = context
        self._owner = owner
        self._open_ids = set(post_ids)
        self._settled_counts: Counter[str] = Counter()
        self._failed_ids: list[str] = []
        with context.database.read() as session:
            self._zone = organization_timezone(session, owner)

    @property
    def open_count(self) -> int:
        """How many posts have not ended."""
        return len(self._open_ids)

    @property
    def is_finished(self) -> bool:
        """Whether all posts have ended."""
        return not self._open_ids

    def poll(self) -> WatchSummary:
        """Read the open posts; the summary of all."""
        with self._context.database.read() as session:
            statuses = posts.load_statuses(session, sorted(self._open_ids))
            counts: Counter[str] = Counter()
            slots: list[datetime] = []
            waiting: list[str] = []
            for post_id, status, at in statuses:
                if status in SETTLED_OR_DRAFT:
                    self._mark_settled(post_id, status)
                    continue
                counts[status] += 1
                slots += [at] if at is not None else []
                waiting += [post_id] if status in WAITING_STATUSES else []
            listed_ids = [*self._failed_ids, *waiting][:MAX_LISTED]
            attention = posts.find_by_ids(session, self._owner, listed_ids)
        listed_posts = [attention[post_id] for post_id in listed_ids if post_id in attention]
        return WatchSummary(
            counts + self._settled_counts, min(slots, default=None), listed_posts, self._zone
        )

    def _mark_settled(self, post_id: str, status: str) -> None:
        self._open_ids.discard(post_id)
        self._settled_counts[status] += 1
        if status in NEEDS_ATTENTION:
            self._failed_ids.append(post_id)


@contextmanager
def _open_display(*, silent: bool) -> Iterator[Callable[[WatchSummary], None]]:
    """Shows a summary: on a terminal in place, elsewhere as a line if it has changed."""
    if silent:
        yield lambda _: None
    elif output.console.is_terminal:
        with Live(console=output.console, refresh_per_second=4, transient=True) as live:
            yield lambda summary: live.update(Text("\n".join(_lines(summary))))
    else:
        yield _line_printer(output.console)


def _line_printer(console: Console) -> Callable[[WatchSummary], None]:
    last = ""

    def display(summary: WatchSummary) -> None:
        nonlocal last
        if (line := summary.headline()) != last:
            console.print(line, markup=False, highlight=False)
            last = line

    return display


def _lines(summary: WatchSummary) -> list[str]:
    attention = [
        f"{each.row_key or each.id}: {each.status}" + (f": {each.reason}" if each.reason else "")
        for each in summary.attention
    ]
    return [summary.headline(), *attention]


def print_watch_summary(summary: WatchSummary) -> None:
    """Print the final summary. On a terminal the live summary has disappeared by now."""
    headline, *attention = _lines(summary)
    if output.console.is_terminal:
        print_line(headline)
    for line in attention:
        print_line(f"needs attention: {line}")
