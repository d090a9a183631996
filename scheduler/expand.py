"""Expanding rules: opening every slot that is due, once, whatever number of beats run."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from models.database import Database
from models.store import clock, queue_slots
from models.store.queue_slots import Advance, DueSlot
from scheduler.slots import Rule, next_local, opens_at

BATCH = 500


def expand(database: Database, lead_time: timedelta) -> int:
    """Open all slots that are due by the database's clock; returns how many rules fired."""
    total = 0
    while fired := _batch(database, lead_time):
        total += fired
        if fired < BATCH:
            break
    return total


def _batch(database: Database, lead_time: timedelta) -> int:
    """Insert the firings with their jobs and advance their rules, in one transaction."""
    with database.read() as session:  # most ticks find nothing, and must not take a write lock
        if not queue_slots.is_due(session, clock.now(session)):
            return 0
    with database.write() as session:
        now = clock.now(session)
        due = queue_slots.due(session, now, BATCH)
        queue_slots.fire(session, due, now)
        queue_slots.advance(session, _advances(due, lead_time))
    return len(due)


def _advances(due: Sequence[DueSlot], lead_time: timedelta) -> list[Advance]:
    return [_advance(slot, lead_time) for slot in due]


def _advance(slot: DueSlot, lead_time: timedelta) -> Advance:
    rule = Rule(slot.day_of_week, time.fromisoformat(slot.time), slot.timezone)
    following = next_local(rule, slot.next_local_at)
    fire_at: datetime = opens_at(following.at, lead_time, slot.id)
    return Advance(slot.id, following.local, following.at, fire_at)
