"""Expanding rules: opening every slot that is due, once, whatever number of beats run."""

from collections.abc import Sequence
from datetime import timedelta

from models.database import Database
from models.store import clock, queue_slots
from models.store.queue_slots import DueSlot, NextSlot
from scheduler.blackouts import NONE, Blackouts, parse
from scheduler.occurrences import rule
from scheduler.slots import Slot, opens_at
from scheduler.upcoming import following_open

# Large enough that a transaction's cost is shared, small enough that its locks are short.
BATCH = 2000


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
    with database.write() as session:
        now = clock.now(session)
        due = queue_slots.lock_due(session, now, BATCH)
        dates = queue_slots.load_blackouts(session, (slot.organization_id for slot in due))
        closed = {owner: parse(ranges) for owner, ranges in dates.items()}
        queue_slots.insert_firings(session, due, now)
        queue_slots.update_next_slots(session, advances(due, closed, lead_time))
    return len(due)


def advances(
    due: Sequence[DueSlot], closed: dict[str, Blackouts], lead_time: timedelta
) -> list[NextSlot]:
    """For each opened slot of a rule, the one that comes next."""
    return [_advance(slot, closed.get(slot.organization_id, NONE), lead_time) for slot in due]


def _advance(due: DueSlot, closed: Blackouts, lead_time: timedelta) -> NextSlot:
    pure = rule(due.rule, due.timezone, due.gap_policy, due.overlap_policy)
    upcoming = following_open(pure, Slot(due.next_local_at, due.next_slot_at), closed)
    if upcoming is None:
        return NextSlot(due.id)
    fire_at = opens_at(upcoming.at, lead_time, due.id)
    return NextSlot(due.id, upcoming.local, upcoming.at, fire_at)
