"""Finds the free seats of an organization, earliest first."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from sqlmodel import Session

from models.organizations import SocialSettings
from models.store.queue import released_seats, seats
from scheduler.recurrence.upcoming import RuleSlot
from scheduler.seating.assignment import FreeSeat, untaken_seats
from scheduler.seating.rule_calendar import RuleCalendar
from scheduler.seating.scheduling_config import SchedulingConfig
from scheduler.seating.stored_search_memory import load_search_memory

# How many slots one statement reads the taken seats of. Few at first: most searches end soon.
FIRST_BATCH, MAX_BATCH = 4, 1024


def find_free_seats(
    session: Session, settings: SocialSettings, now: datetime, scheduling: SchedulingConfig
) -> Iterator[FreeSeat]:
    """Every free seat from now to the horizon, earliest first."""
    slots = RuleCalendar(session, settings).rule_slots(now, now + scheduling.horizon)
    return free_seats_of(session, slots, settings.max_posts_per_slot)


def find_remembered_free_seats(
    session: Session,
    settings: SocialSettings,
    now: datetime,
    scheduling: SchedulingConfig,
    size: int = FIRST_BATCH,
) -> Iterator[FreeSeat]:
    """The same, without reading again the slots that earlier searches found full."""
    calendar = RuleCalendar(session, settings)
    released = released_seats.list_pending(session, settings.organization_id)
    memory = load_search_memory(settings, calendar.fingerprint).without_released(released)
    slots = calendar.rule_slots(max(now, memory.full_until), now + scheduling.horizon)
    return free_seats_of(session, slots, settings.max_posts_per_slot, size)


def free_seats_of(
    session: Session, slots: Iterator[RuleSlot], per_slot: int, size: int = FIRST_BATCH
) -> Iterator[FreeSeat]:
    """The free seats of these slots, in their order; reads `size` slots at first, then more."""
    while batch := list(islice(slots, size)):
        taken = seats.taken_numbers(
            session, [(each.queue_slot_id, each.slot.local) for each in batch]
        )
        yield from untaken_seats(batch, taken, per_slot)
        size = min(2 * size, MAX_BATCH)


def next_free_slots(
    session: Session,
    settings: SocialSettings,
    now: datetime,
    scheduling: SchedulingConfig,
    count: int,
) -> list[datetime]:
    """The instants of the next `count` slots that have a free seat; each instant once."""
    instants: dict[datetime, None] = {}
    for seat in find_remembered_free_seats(session, settings, now, scheduling, count + 1):
        instants[seat.slot.at] = None
        if len(instants) == count:
            break
    return list(instants)
