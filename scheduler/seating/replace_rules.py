"""Replaces an organization's rules: unchanged ones keep their rows, removed ones are inactive."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from models.beat_wakeup import request_wakeup
from models.organizations import SocialSettings
from models.queue_slots import QueueSlot
from models.store.queue import queue_slots
from scheduler.recurrence import blackouts
from scheduler.recurrence.blackouts import Blackouts
from scheduler.recurrence.occurrences import Rule, next_slot
from scheduler.recurrence.slots import Slot, opens_at
from scheduler.recurrence.upcoming import next_open_slot
from scheduler.seating.rule_calendar import rule_from_row


def replace_rules(
    session: Session,
    settings: SocialSettings,
    rules: Sequence[Rule],
    now: datetime,
    lead_time: timedelta,
) -> None:
    """Make `rules` the organization's rules. A rule's identity is its pattern and resolved zone."""
    owner = settings.organization_id
    wanted = {_rule_key(rule): rule for rule in rules}
    rows = {_row_key(row): row for row in queue_slots.list_all(session, owner)}
    for key, row in rows.items():
        row.is_active = key in wanted
        session.add(row)
    for key, rule in wanted.items():
        row = rows.setdefault(key, QueueSlot(organization_id=owner, rule=key[0], timezone=key[1]))
        row.has_own_zone = rule.has_own_zone
        session.add(row)
    session.flush()  # a new row's jitter depends on its id
    set_next_slots(session, settings, list(rows.values()), now, lead_time)


def set_next_slots(
    session: Session,
    settings: SocialSettings,
    rows: Sequence[QueueSlot],
    now: datetime,
    lead_time: timedelta,
) -> None:
    """Set each rule's next slot to the first after now that has not fired.

    Call it after every change that affects it: rules, DST policies, blackouts, pause, and after the
    operator has switched the organization off or on. A slot that a
    changed row has fired already does not fire again: its firing row exists.
    """
    blackout_dates = blackouts.parse_ranges(settings.blackouts)
    is_stopped = settings.is_paused or settings.suspended_at is not None
    for row in rows:
        row.gap_policy, row.overlap_policy = settings.gap_policy, settings.overlap_policy
        is_running = row.is_active and not is_stopped
        slot = _first_open_slot(rule_from_row(row), now, blackout_dates) if is_running else None
        _set_next_slot(row, slot, lead_time)
        session.add(row)
    session.flush()
    request_wakeup(session)


def _first_open_slot(rule: Rule, now: datetime, blackout_dates: Blackouts) -> Slot | None:
    slot = next_slot(rule, now)
    if slot is not None and blackout_dates.covers(slot.local):
        return next_open_slot(rule, slot, blackout_dates)
    return slot


def _set_next_slot(row: QueueSlot, slot: Slot | None, lead_time: timedelta) -> None:
    row.next_local_at = slot.local if slot else None
    row.next_slot_at = slot.at if slot else None
    row.next_fire_at = opens_at(slot.at, lead_time, row.id) if slot else None


def _rule_key(rule: Rule) -> tuple[str, str]:
    return str(rule.pattern), rule.zone


def _row_key(row: QueueSlot) -> tuple[str, str]:
    return row.rule, row.timezone
