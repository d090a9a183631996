"""Writing an organization's rules: unchanged ones keep their rows, removed ones sleep."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from models.slots import QueueSlot
from models.store import queue_slots
from scheduler.slots import Rule, next_slot, opens_at


def replace_rules(
    session: Session,
    organization_id: str,
    rules: Sequence[Rule],
    now: datetime,
    lead_time: timedelta,
) -> None:
    """Make `rules` the organization's rules. A rule's identity is day, time and resolved zone."""
    wanted = {_key(rule): rule for rule in rules}
    rows = {_row_key(row): row for row in queue_slots.of_organization(session, organization_id)}
    for key, row in rows.items():
        if key not in wanted and row.is_active:
            row.is_active, row.next_fire_at = False, None
            session.add(row)
    for key, rule in wanted.items():
        row = rows.get(key) or _new_row(organization_id, rule)
        if row.id is None or not row.is_active:
            _start(session, row, rule, now, lead_time)
        row.has_own_zone = rule.has_own_zone
    session.flush()


def _start(
    session: Session, row: QueueSlot, rule: Rule, now: datetime, lead_time: timedelta
) -> None:
    slot = next_slot(rule, now)
    row.is_active = True
    row.next_local_at, row.next_slot_at = slot.local, slot.at
    session.add(row)
    session.flush()  # a new row's jitter follows from its id
    row.next_fire_at = opens_at(slot.at, lead_time, row.id)


def _new_row(organization_id: str, rule: Rule) -> QueueSlot:
    day, clock, zone = _key(rule)
    return QueueSlot(organization_id=organization_id, day_of_week=day, time=clock, timezone=zone)


def _key(rule: Rule) -> tuple[int, str, str]:
    return rule.day_of_week, f"{rule.time:%H:%M}", rule.zone


def _row_key(row: QueueSlot) -> tuple[int, str, str]:
    return row.day_of_week, row.time, row.timezone
