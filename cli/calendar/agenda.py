"""The calendar as an agenda: its range, its rows, and the sentences below them."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from cli.caption_text import caption_line
from cli.time_format import format_wall_clock
from scheduler.recurrence.timezones import load_zone
from services.calendar.time_range import TimeRange, parse_range

MAX_DAYS = 92
DEFAULT_LENGTH = timedelta(days=6)
CAPTION_WIDTH = 40
COLUMNS = ("day", "time", "seats", "post", "status", "platforms", "caption", "note")


def requested_range(start: str | None, end: str | None, zone: str, now: datetime) -> TimeRange:
    """The range of `--from` and `--to`; without both, a week from today."""
    if start is None and end is None:
        today = now.astimezone(load_zone(zone)).date()
        start, end = today.isoformat(), (today + DEFAULT_LENGTH).isoformat()
    return parse_range(start, end, zone, now, MAX_DAYS)


def agenda_rows(calendar_view: dict[str, Any]) -> Iterator[list[object]]:
    """One row for each taken seat, each empty slot, and each post outside the slots."""
    last_day = None
    for at, seats, post, note in sorted(_entries(calendar_view), key=lambda each: each[0]):
        day, _, wall_time = format_wall_clock(at, calendar_view["timezone"]).rpartition(" ")
        yield [day if day != last_day else "", wall_time, seats, *_post_cells(post), note]
        last_day = day


def _entries(
    calendar_view: dict[str, Any],
) -> Iterator[tuple[datetime, str | None, dict[str, Any] | None, str | None]]:
    """(instant, seats such as "1 of 2", post, note) of each row, unsorted."""
    posts = {post["id"]: post for post in calendar_view["posts"]}
    outside_slots = dict(posts)
    for slot in calendar_view["slots"]:
        at, seats = datetime.fromisoformat(slot["at"]), slot["seats"]
        seats_text = f"{seats['taken']} of {seats['total']}"
        for id_ in slot["posts"] or [None]:
            outside_slots.pop(id_, None)
            yield at, seats_text, posts.get(id_), slot["note"]
    for post in outside_slots.values():
        at = datetime.fromisoformat(post["scheduledFor"] or post["createdAt"])
        yield at, None, post, None


def _post_cells(post: dict[str, Any] | None) -> Iterable[object]:
    if post is None:
        return [None] * 4
    caption = caption_line(post["caption"], CAPTION_WIDTH)
    return [post["id"], str(post["status"]), " ".join(post["platforms"]), caption]


def build_notes(calendar_view: dict[str, Any]) -> Iterator[str]:
    """The sentences below the agenda: backlog, pause, blackouts, clock changes."""
    if calendar_view["backlog"]:
        yield f"{calendar_view['backlog']} posts wait for a free seat."
    if calendar_view["isPaused"]:
        yield "The queue is paused: no slot opens."
    for each in calendar_view["blackouts"]:
        yield f"Blackout from {each['from']} to {each['to']}: no slots."
    for change in calendar_view["clockChanges"]:
        yield change["note"]
