"""The days of a calendar, each with its slots and posts in order of time. Pure.

A moment is a slot of a rule, or an instant at which posts go out by themselves.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from models.posts import Post
from scheduler.recurrence.blackouts import Blackouts
from scheduler.recurrence.dst_changes import DstChange
from scheduler.recurrence.timezones import load_zone
from services.calendar.calendar_view import PlannedSlot, dst_note, present_dst_change
from ui.calendar.post_card import PostCard, build_card

ONE_DAY: Final = timedelta(days=1)
DST_NOTES: Final = {
    "gap": "moved on: the rule's time does not exist on this day",
    "overlap": "the rule's time comes twice on this day",
    None: None,
}
BLACKOUT: Final = "Blackout: no slots"


@dataclass(frozen=True, slots=True)
class SeatCount:
    """The places of a slot. None is free in one that is over or whose rule is gone."""

    total: int
    taken: int
    is_open: bool

    @property
    def free(self) -> int:
        """How many posts still fit."""
        return max(self.total - self.taken, 0) if self.is_open else 0

    @property
    def label(self) -> str:
        """As a person says it."""
        if not self.is_open:
            return f"{self.taken} of {self.total} taken"
        return f"{self.free} of {self.total} free" if self.free else f"full ({self.total})"


@dataclass(frozen=True, slots=True)
class TimeEntry:
    """`own`: the time on the rule's wall clock and its zone, where that differs. `hidden`: how
    many cards are left out. `queue_slot_id` and `local` name the slot."""

    at: datetime
    cards: tuple[PostCard, ...]
    is_over: bool
    seats: SeatCount | None = None
    rule_time: str | None = None
    note: str | None = None
    hidden: int = 0
    queue_slot_id: int | None = None
    local: datetime | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A local date. `hidden`: how many posts are left out of it, and `hidden_slots` how many
    moments."""

    date: date
    is_today: bool
    is_over: bool
    notes: tuple[str, ...] = ()
    entries: tuple[TimeEntry, ...] = ()
    posts: int = 0
    hidden: int = 0
    hidden_slots: int = 0

    @property
    def cards(self) -> list[PostCard]:
        """The cards that are shown."""
        return [each for moment in self.entries for each in moment.cards]

    @property
    def free(self) -> int:
        """Free seats of the whole day."""
        return sum(each.seats.free for each in self.entries if each.seats)


@dataclass(frozen=True, slots=True)
class CalendarRows:
    """What a calendar is made of: rows of the database and what follows from them."""

    planned: Sequence[PlannedSlot] = ()
    posts: Sequence[Post] = ()
    changes: Sequence[DstChange] = ()
    closed: Blackouts = field(default_factory=Blackouts)
    per_slot: int = 1


def build_days(
    found: CalendarRows, first: date, count: int, zone_name: str, now: datetime
) -> list[Day]:
    """So many days in a row, with all that is on them; `now` says which is today."""
    here = load_zone(zone_name)
    by_date: dict[date, list[TimeEntry]] = defaultdict(list)
    for moment in _time_entries(found, zone_name, now):
        by_date[moment.at.astimezone(here).date()].append(moment)
    today = now.astimezone(here).date()
    return [
        _build_day(first + number * ONE_DAY, today, found, by_date, zone_name)
        for number in range(count)
    ]


def _build_day(
    day: date,
    today: date,
    found: CalendarRows,
    by_date: dict[date, list[TimeEntry]],
    zone_name: str,
) -> Day:
    moments = tuple(sorted(by_date[day], key=lambda each: (each.at, each.seats is None)))
    return Day(
        date=day,
        is_today=day == today,
        is_over=day < today,
        notes=tuple(_day_notes(day, found, zone_name)),
        entries=moments,
        posts=sum(len(each.cards) for each in moments),
    )


def _day_notes(day: date, found: CalendarRows, zone_name: str) -> Iterator[str]:
    """What is special about a day."""
    if found.closed.covers(datetime.combine(day, time())):
        yield BLACKOUT
    here = load_zone(zone_name)
    for change in found.changes:
        if change.at.astimezone(here).date() == day:
            yield str(present_dst_change(change)["note"])


def _time_entries(found: CalendarRows, zone_name: str, now: datetime) -> Iterator[TimeEntry]:
    by_id = {post.id: post for post in found.posts}
    for slot in found.planned:
        seated = [by_id.pop(post_id) for post_id in slot.posts if post_id in by_id]
        yield _slot_entry(slot, seated, found.per_slot, zone_name, now)
    by_instant: dict[datetime, list[Post]] = defaultdict(list)
    for post in by_id.values():
        by_instant[_when(post)].append(post)
    for at, posts in by_instant.items():
        yield TimeEntry(at, tuple(map(build_card, posts)), is_over=at <= now)


def _slot_entry(
    slot: PlannedSlot, posts: Iterable[Post], per_slot: int, zone_name: str, now: datetime
) -> TimeEntry:
    taken = len(slot.posts)
    reading = slot.local.replace(second=0, microsecond=0)
    here = slot.at.astimezone(load_zone(zone_name)).replace(tzinfo=None, second=0, microsecond=0)
    own_zone = slot.row.timezone
    is_elsewhere = own_zone != zone_name and reading != here
    return TimeEntry(
        at=slot.at,
        cards=tuple(map(build_card, posts)),
        is_over=slot.at <= now,
        seats=SeatCount(max(per_slot, taken), taken, slot.is_open),
        rule_time=f"{reading:%H:%M} {own_zone}" if is_elsewhere else None,
        note=DST_NOTES[dst_note(slot)],
        queue_slot_id=slot.row.id,
        local=slot.local,
    )


def _when(post: Post) -> datetime:
    return (post.scheduled_for or post.published_at or post.accepted_at).astimezone(UTC)


def limit_cards(day: Day, per_moment: int, per_day: int) -> Day:
    """The same with at most so many cards a moment and so many cards and moments a day; what is
    left out is counted."""
    shown: list[TimeEntry] = []
    room = per_day
    for moment in day.entries:
        if len(shown) == per_day:
            break
        kept = moment.cards[: min(per_moment, room)]
        room -= len(kept)
        shown.append(replace(moment, cards=kept, hidden=len(moment.cards) - len(kept)))
    cards = sum(len(each.cards) for each in shown)
    return replace(
        day,
        entries=tuple(shown),
        hidden=day.posts - cards,
        hidden_slots=len(day.entries) - len(shown),
    )
