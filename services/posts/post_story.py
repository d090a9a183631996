"""The story of a post, newest first: what somebody did, what went out, what failed. Pure.

What the engine does between is left out, and what repeats is one line with a count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from models.statuses import PostStatus
from services.posts.history_sentences import PEOPLE, HistoryRow, sentence_of

# What a step that went well says is in the story only where it changes what will happen.
QUIET_DONE: Final = frozenset(
    {"create", "update", "publish_now", "look", "verify", "upload", "confirm", "poll"}
)
# The deliveries say it better, each with its network.
SAID_ELSEWHERE: Final = frozenset({PostStatus.PUBLISHED, PostStatus.PUBLISHING})


@dataclass(frozen=True, slots=True)
class Event:
    """One line. `times`: how often it happened, from `since` to `at`. `detail`: why, or what was
    said about it. `next_at`: when it is tried again; only of the newest line that says it.
    `is_bad`: it needs a look."""

    at: datetime
    text: str
    detail: str | None = None
    times: int = 1
    since: datetime | None = None
    next_at: datetime | None = None
    is_bad: bool = False


def tell_story(
    rows: Sequence[HistoryRow], published: Iterable[tuple[str, datetime]] = ()
) -> list[Event]:
    """The lines. `rows`: oldest first; `published`: the networks where it is live, and since
    when."""
    live = [Event(at, f"Published on {name}") for name, at in published]
    accepted_at = next((each.at for each in rows if each.step == "accept"), None)
    told = [
        each
        for each in rows
        if _is_told(each, is_live=bool(live)) and (each.step, each.at) != ("seat", accepted_at)
    ]
    # Of the same instant, what was written later comes first.
    lines = [*_group(told), *live][::-1]
    lines.sort(key=lambda each: each.at, reverse=True)
    return [_tidy(each, lines[n - 1] if n else None) for n, each in enumerate(lines)]


def _tidy(line: Event, newer: Event | None) -> Event:
    """The line without the next try, unless it is the newest; and without the reason that the line
    above it gives."""
    if newer is None:
        return line
    detail = None if newer.detail == line.detail else line.detail
    return replace(line, next_at=None, detail=detail)


def _is_told(row: HistoryRow, *, is_live: bool) -> bool:
    if row.step == "outcome" and row.outcome in SAID_ELSEWHERE:
        return not is_live and row.outcome == PostStatus.PUBLISHED
    return not (row.outcome == "done" and row.step in QUIET_DONE)


def _group(rows: Sequence[HistoryRow]) -> list[Event]:
    """One line for what is said again of the same account or file, with nothing between."""
    lines: list[Event] = []
    last_of: dict[str | None, int] = {}
    for row in rows:
        event = _tell(row)
        at = last_of.get(row.subject)
        if at is not None and row.step not in PEOPLE and lines[at].text == event.text:
            before = lines[at]
            lines[at] = replace(event, times=before.times + 1, since=before.since or before.at)
        else:
            last_of[row.subject] = len(lines)
            lines.append(event)
    return lines


def _tell(row: HistoryRow) -> Event:
    return Event(
        at=row.at,
        text=sentence_of(row),
        detail=row.note if row.step not in ("edit", "move", "remove", "acknowledge") else None,
        next_at=row.next_at,
        is_bad=row.outcome in ("give_up", "failed", "unknown", "missed", "partial"),
    )
