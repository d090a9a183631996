"""The calendar as a choice of one slot: a week of slots that lie ahead, free or taken."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from models.organizations import SocialSettings
from models.store import clock
from models.store.queue import queue_slots
from models.store.tenants import social_settings
from scheduler.recurrence.timezones import load_zone
from scheduler.seating.free_seats import next_free_slots
from services.calendar.calendar_view import PlannedSlot, load_slots
from services.calendar.time_range import TimeRange
from services.context import AppContext
from services.errors import ValidationFailed
from services.time_input import LAST_YEAR, midnight
from ui.calendar.week_view import DAYS, monday_of, week_title
from ui.sign_in.visitor import Visitor


@dataclass(frozen=True, slots=True)
class SlotChoice:
    """A slot that lies ahead. `free`: how many more posts it takes; 0: it is taken."""

    at: datetime
    free: int


@dataclass(frozen=True, slots=True)
class SlotDay:
    """The slots of a date, each instant once."""

    date: date
    is_today: bool
    slots: tuple[SlotChoice, ...]


@dataclass(frozen=True, slots=True)
class SlotWeek:
    """A week of slots. `earlier`, `later`: a day of the week before and after, None where it would
    lie in the past or too far away. `is_crowded`: there are too many slots to show."""

    monday: date
    days: tuple[SlotDay, ...]
    earlier: date | None
    later: date | None
    is_crowded: bool = False

    @property
    def title(self) -> str:
        """23 - 29 November 2026."""
        return week_title(self.monday)

    @property
    def has_free(self) -> bool:
        """Whether there is a slot to choose."""
        return any(slot.free for day in self.days for slot in day.slots)


def load_slot_week(context: AppContext, visitor: Visitor, day: date | None) -> SlotWeek:
    """The week of a date; without one, that of the next free slot."""
    with context.database.read() as session:
        now = clock.now(session)
        settings = social_settings.read_settings(session, visitor.organization_id)
        today = now.astimezone(load_zone(visitor.zone)).date()
        first_free = None if day else _next_free_day(session, context, settings, visitor, now)
        monday = monday_of(max(day or first_free or today, today))
        slots, is_crowded = _load_slots(session, settings, monday, visitor.zone, now)
    choices = _choices(slots, settings.max_posts_per_slot, now)
    later = monday + timedelta(days=DAYS)
    return SlotWeek(
        monday=monday,
        days=tuple(_build_days(choices, monday, today, visitor.zone)),
        earlier=monday - timedelta(days=1) if monday > today else None,
        later=later if later.year < LAST_YEAR else None,
        is_crowded=is_crowded,
    )


def _next_free_day(
    session: Session,
    context: AppContext,
    settings: SocialSettings,
    visitor: Visitor,
    now: datetime,
) -> date | None:
    found = next_free_slots(session, settings, now, context.scheduling, 1)
    return found[0].astimezone(load_zone(visitor.zone)).date() if found else None


def _load_slots(
    session: Session, settings: SocialSettings, monday: date, zone: str, now: datetime
) -> tuple[list[PlannedSlot], bool]:
    """The slots, and whether there are too many of them to show."""
    end = midnight(monday + timedelta(days=DAYS), zone)
    time_range = TimeRange(max(midnight(monday, zone), now), end, zone)
    rules = queue_slots.list_all(session, settings.organization_id)
    try:
        return load_slots(session, settings, rules, time_range, now), False
    except ValidationFailed:
        return [], True


def _choices(slots: list[PlannedSlot], per_slot: int, now: datetime) -> list[SlotChoice]:
    """One for each instant: two rules may have a slot at the same one."""
    free: dict[datetime, int] = {}
    for each in slots:
        if each.is_open and each.at > now:
            free[each.at] = free.get(each.at, 0) + max(per_slot - len(each.posts), 0)
    return [SlotChoice(at, count) for at, count in sorted(free.items())]


def _build_days(choices: list[SlotChoice], monday: date, today: date, zone: str) -> list[SlotDay]:
    dates = [monday + timedelta(days=number) for number in range(DAYS)]
    local = load_zone(zone)
    return [
        SlotDay(
            day,
            day == today,
            tuple(each for each in choices if each.at.astimezone(local).date() == day),
        )
        for day in dates
    ]
