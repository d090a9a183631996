"""The days of a calendar, each with its slots and posts in order of time. Pure.

A time entry is a slot of a rule, or an instant at which posts outside of the queue are published.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from models.posts import Post
from models.store.posts.calendar_place import calendar_instant
from scheduler.recurrence.blackouts import Blackouts
from scheduler.recurrence.dst_changes import DstChange
from scheduler.recurrence.timezones import load_zone
from services.calendar.calendar_view import PlannedSlot, dst_note, present_dst_change
from ui.calendar.post_card import PostCard, build_card

ONE_DAY: Final = timedelta(days=1)
DST_NOTES: Final = {
    "gap": "moved forward: this time does not exist on this day",
    "overlap": "this time comes twice on this day",
    None: None,
}
BLACKOUT: Final = "Blackout: no slots"


@dataclass(frozen=True, slots=True)
class SeatCount:
    """The seats of a slot. A slot that is over, or whose rule was removed, has no free seat."""

    total: int
    taken: int
    is_open: bool

    @property
    def free(self) -> int:
        """The number of free seats."""
        return max(self.total - self.taken, 0) if self.is_open else 0

    @property
    def label(self) -> str:
        """The text on the page."""
        if not self.is_open:
            return ""
        return f"+ {self.free} free" if self.free else "full"


@dataclass(frozen=True, slots=True)
class TimeEntry:
    """A slot or an instant. `rule_time`: the rule's own local time and zone, if it differs from the
    organization's."""

    at: datetime
    cards: tuple[PostCard, ...]
    is_over: bool
    seats: SeatCount | None = None
    rule_time: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A local date."""

    date: date
    is_today: bool
    is_over: bool
    notes: tuple[str, ...] = ()
    entries: tuple[TimeEntry, ...] = ()
    posts: int = 0

    @property
    def cards(self) -> list[PostCard]:
        """The cards of its posts."""
        return [card for entry in self.entries for card in entry.cards]

    @property
    def free(self) -> int:
        """The number of free seats on this day."""
        return sum(each.seats.free for each in self.entries if each.seats)


@dataclass(frozen=True, slots=True)
class CalendarRows:
    """The rows that a calendar is built from. `per_slot`: the number of seats in a slot."""

    planned: Sequence[PlannedSlot] = ()
    posts: Sequence[Post] = ()
    changes: Sequence[DstChange] = ()
    closed: Blackouts = field(default_factory=Blackouts)
    per_slot: int = 1


def build_days(
    rows: CalendarRows, first: date, count: int, zone_name: str, now: datetime
) -> list[Day]:
    """Build `count` days from `first` on, with all slots and posts. `now` says which is today."""
    zone = load_zone(zone_name)
    by_date: dict[date, list[TimeEntry]] = defaultdict(list)
    for entry in _time_entries(rows, zone_name, now):
        by_date[entry.at.astimezone(zone).date()].append(entry)
    today = now.astimezone(zone).date()
    return [
        _build_day(first + number * ONE_DAY, today, rows, by_date, zone_name)
        for number in range(count)
    ]


def _build_day(
    day: date,
    today: date,
    rows: CalendarRows,
    by_date: dict[date, list[TimeEntry]],
    zone_name: str,
) -> Day:
    entries = tuple(sorted(by_date[day], key=lambda each: (each.at, each.seats is None)))
    return Day(
        date=day,
        is_today=day == today,
        is_over=day < today,
        notes=tuple(_day_notes(day, rows, zone_name)),
        entries=entries,
        posts=sum(len(each.cards) for each in entries),
    )


def _day_notes(day: date, rows: CalendarRows, zone_name: str) -> Iterator[str]:
    """What is special about a day: a blackout, a clock change."""
    if rows.closed.covers(datetime.combine(day, time())):
        yield BLACKOUT
    zone = load_zone(zone_name)
    for change in rows.changes:
        if change.at.astimezone(zone).date() == day:
            yield str(present_dst_change(change)["note"])


def _time_entries(rows: CalendarRows, zone_name: str, now: datetime) -> Iterator[TimeEntry]:
    by_id = {post.id: post for post in rows.posts}
    for slot in rows.planned:
        # Not a post that moved on: it has its old seat until its network knows.
        here = [id_ for id_ in slot.posts if id_ in by_id and _instant_of(by_id[id_]) == slot.at]
        seated = [by_id.pop(post_id) for post_id in here]
        yield _slot_entry(slot, seated, rows.per_slot, zone_name, now)
    by_instant: dict[datetime, list[Post]] = defaultdict(list)
    for post in by_id.values():
        by_instant[_instant_of(post)].append(post)
    for at, posts in by_instant.items():
        yield TimeEntry(at, tuple(map(build_card, posts)), is_over=at <= now)


def _slot_entry(
    slot: PlannedSlot, posts: Iterable[Post], per_slot: int, zone_name: str, now: datetime
) -> TimeEntry:
    taken = len(slot.posts)
    rule_time = slot.local.replace(second=0, microsecond=0)
    local = slot.at.astimezone(load_zone(zone_name)).replace(tzinfo=None, second=0, microsecond=0)
    rule_zone = slot.row.timezone
    differs = rule_zone != zone_name and rule_time != local
    return TimeEntry(
        at=slot.at,
        cards=tuple(map(build_card, posts)),
        is_over=slot.at <= now,
        seats=SeatCount(max(per_slot, taken), taken, slot.is_open),
        rule_time=f"{rule_time:%H:%M} {rule_zone}" if differs else None,
        note=DST_NOTES[dst_note(slot)],
    )


def _instant_of(post: Post) -> datetime:
    return (calendar_instant(post) or post.accepted_at).astimezone(UTC)
