"""Opens every due slot exactly once, however many beats run: firing, job, and next slot."""

from collections.abc import Sequence
from datetime import timedelta

from models.database import Database
from models.store import clock
from models.store.queue import queue_slots
from models.store.queue.queue_slots import DueSlot, NextSlot
from scheduler.recurrence.blackouts import NO_BLACKOUTS, Blackouts, parse_ranges
from scheduler.recurrence.occurrences import build_rule
from scheduler.recurrence.slots import Slot, opens_at
from scheduler.recurrence.upcoming import next_open_slot

# Large enough to share the cost of a transaction, small enough to keep its locks short.
BATCH_SIZE = 2000


def expand_due_rules(database: Database, lead_time: timedelta) -> int:
    """Open all slots that are due by the database's clock; returns how many rules fired."""
    total = 0
    while fired := _expand_batch(database, lead_time):
        total += fired
        if fired < BATCH_SIZE:
            break
    return total


def _expand_batch(database: Database, lead_time: timedelta) -> int:
    """Insert the firings with their jobs and advance their rules, in one transaction."""
    with database.write() as session:
        now = clock.now(session)
        due = queue_slots.lock_due(session, now, BATCH_SIZE)
        dates = queue_slots.load_blackouts(session, (slot.organization_id for slot in due))
        blackout_dates = {owner: parse_ranges(ranges) for owner, ranges in dates.items()}
        queue_slots.insert_firings(session, due, now)
        queue_slots.update_next_slots(session, plan_advances(due, blackout_dates, lead_time))
    return len(due)


def plan_advances(
    due: Sequence[DueSlot], blackout_dates: dict[str, Blackouts], lead_time: timedelta
) -> list[NextSlot]:
    """The next slot of each rule whose slot was opened."""
    return [
        _plan_advance(slot, blackout_dates.get(slot.organization_id, NO_BLACKOUTS), lead_time)
        for slot in due
    ]


def _plan_advance(due: DueSlot, blackout_dates: Blackouts, lead_time: timedelta) -> NextSlot:
    parsed_rule = build_rule(due.rule, due.timezone, due.gap_policy, due.overlap_policy)
    upcoming = next_open_slot(
        parsed_rule, Slot(due.next_local_at, due.next_slot_at), blackout_dates
    )
    if upcoming is None:
        return NextSlot(due.id)
    fire_at = opens_at(upcoming.at, lead_time, due.id)
    return NextSlot(due.id, upcoming.local, upcoming.at, fire_at)
