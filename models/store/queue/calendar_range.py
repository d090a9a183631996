"""Queries of the calendar: seats and firings in a range of time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlmodel import Session

from models.tables import FIRING, QUEUE_SLOT, SEAT

# No time zone is, or was, further from UTC.
MAX_UTC_OFFSET = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot of a rule, with its local time and its instant; `post_id`: the post on the seat."""

    queue_slot_id: int
    local_at: datetime
    slot_at: datetime
    post_id: str | None = None


def list_seats(
    session: Session, organization_id: str, start: datetime, end: datetime
) -> list[SlotRow]:
    """The taken seats from `start` to before `end`, by slot and seat number."""
    names = ("queue_slot_id", "local_at", "slot_at", "post_id")
    query = select(*(SEAT.c[name] for name in names)).where(
        SEAT.c.organization_id == organization_id,
        SEAT.c.slot_at >= start,
        SEAT.c.slot_at < end,
        SEAT.c.number >= 0,
    )
    rows = session.connection().execute(query.order_by(SEAT.c.slot_at, SEAT.c.number))
    return [SlotRow(*row) for row in rows]


def is_firing_between(organization_id: str, start: datetime, end: datetime) -> ColumnElement[bool]:
    """The condition: a firing, joined with its rule, has a slot from `start` to before `end`."""
    local_at = FIRING.c.local_at  # for the index, which has the local time only
    return and_(
        QUEUE_SLOT.c.organization_id == organization_id,
        local_at >= start.replace(tzinfo=None) - MAX_UTC_OFFSET,
        local_at < end.replace(tzinfo=None) + MAX_UTC_OFFSET,
        FIRING.c.slot_at >= start,
        FIRING.c.slot_at < end,
    )


def list_firings(
    session: Session, organization_id: str, start: datetime, end: datetime, limit: int
) -> list[SlotRow]:
    """At most `limit` firings with slots from `start` to before `end`."""
    query = (
        select(FIRING.c.queue_slot_id, FIRING.c.local_at, FIRING.c.slot_at)
        .join(QUEUE_SLOT, QUEUE_SLOT.c.id == FIRING.c.queue_slot_id)
        .where(is_firing_between(organization_id, start, end))
        .limit(limit)
    )
    return [SlotRow(*row) for row in session.connection().execute(query)]
