"""Queue slots (rules): list them, find due ones, insert firings, set the next slots."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, exists, literal_column, select, text
from sqlmodel import Session, col
from sqlmodel import select as select_model

from models.organizations import SocialSettings
from models.posts import IS_UNTRIED_SQL
from models.queue_slots import Firing, QueueSlot
from models.store.jobs.job_queue import new_row
from models.store.sql.bulk import chunks, insert_many, update_many
from models.tables import FIRING, JOB, POST, QUEUE_SLOT, RELEASED_SEAT
from models.task_names import JobKind


@dataclass(frozen=True, slots=True)
class DueSlot:
    """An active rule whose next slot is due to open."""

    id: int
    organization_id: str
    rule: str
    timezone: str
    gap_policy: str
    overlap_policy: str
    next_local_at: datetime
    next_slot_at: datetime


@dataclass(frozen=True, slots=True)
class NextSlot:
    """The next slot of a rule, and when it fires; all None if there is no next slot."""

    queue_slot_id: int
    local_at: datetime | None = None
    slot_at: datetime | None = None
    fire_at: datetime | None = None


def list_all(session: Session, organization_id: str) -> list[QueueSlot]:
    """All rules of an organization, including deleted ones."""
    query = select_model(QueueSlot).where(QueueSlot.organization_id == organization_id)
    return list(session.exec(query.order_by(col(QueueSlot.id))))


def list_active(session: Session, organization_id: str) -> list[QueueSlot]:
    """The active rules of an organization, in the order in which they were first written."""
    return [slot for slot in list_all(session, organization_id) if slot.is_active]


class ActiveRule(NamedTuple):
    """The columns of an active rule that its slots depend on."""

    id: int
    rule: str
    timezone: str
    gap_policy: str
    overlap_policy: str


@dataclass(frozen=True, slots=True)
class QueueState:
    """The active rules of an organization, and what a seat search must read besides them: whether
    seats were released, and whether posts of the backlog have not been tried."""

    rules: list[ActiveRule]
    has_released: bool = True
    has_untried: bool = True


def load_state(session: Session, organization_id: str) -> QueueState:
    """The state of a queue, in one query; without rules, nothing is known but that."""
    rows = session.connection().execute(_STATE, {"owner": organization_id}).all()
    if not rows:
        return QueueState([])
    *_, has_released, has_untried = rows[0]
    return QueueState([ActiveRule(*row[:-2]) for row in rows], has_released, has_untried)


# Ordered, so that PostgreSQL reads the index of untried posts. It would look for any of them in the
# whole table while its statistics say that there are many, as after an import.
_FIRST_UNTRIED = (
    select(POST.c.id)
    .where(POST.c.organization_id == bindparam("owner"), text(IS_UNTRIED_SQL))
    .order_by(POST.c.accepted_at, POST.c.id)
    .limit(literal_column("1"))  # of a parameter the planner would not know that it is one
)
_STATE = (
    select(
        *(QUEUE_SLOT.c[name] for name in ActiveRule._fields),
        exists().where(RELEASED_SEAT.c.organization_id == bindparam("owner")),
        _FIRST_UNTRIED.scalar_subquery().is_not(None),
    )
    .where(QUEUE_SLOT.c.organization_id == bindparam("owner"), QUEUE_SLOT.c.is_active)
    .order_by(QUEUE_SLOT.c.id)
)


def lock_due(session: Session, now: datetime, limit: int) -> list[DueSlot]:
    """Lock and return rules that fire at or before `now`; other beats skip locked rules."""
    query = (
        select(*(QUEUE_SLOT.c[name] for name in DueSlot.__slots__))
        .where(QUEUE_SLOT.c.next_fire_at <= now)
        .order_by(QUEUE_SLOT.c.next_fire_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [DueSlot(*row) for row in session.connection().execute(query)]


def insert_firings(session: Session, due_slots: Sequence[DueSlot], now: datetime) -> None:
    """Insert the firings with their jobs; skips firings that exist already."""
    rows = [
        {
            "queue_slot_id": slot.id,
            "local_at": slot.next_local_at,
            "slot_at": slot.next_slot_at,
            "fired_at": now,
        }
        for slot in due_slots
    ]
    ids = insert_many(session, FIRING, rows, returning="id")
    jobs = [
        new_row(JobKind.FIRING, str(row.id), row.organization_id, now)
        for chunk in chunks(ids)
        for row in session.connection().execute(_ORGANIZATIONS, {"ids": chunk})
    ]
    insert_many(session, JOB, jobs)


_ORGANIZATIONS = (
    select(FIRING.c.id, QUEUE_SLOT.c.organization_id)
    .join(QUEUE_SLOT, QUEUE_SLOT.c.id == FIRING.c.queue_slot_id)
    .where(FIRING.c.id.in_(bindparam("ids", expanding=True)))
)


def update_next_slots(session: Session, next_slots: Sequence[NextSlot]) -> None:
    """Set the next slots of rules."""
    rows = [
        {
            "id": each.queue_slot_id,
            "next_local_at": each.local_at,
            "next_slot_at": each.slot_at,
            "next_fire_at": each.fire_at,
        }
        for each in next_slots
    ]
    update_many(session, QUEUE_SLOT, rows)


def load_blackouts(session: Session, organization_ids: Iterable[str]) -> dict[str, list[list[str]]]:
    """The blackout dates of these organizations, by id; organizations without any are left out."""
    query = select_model(SocialSettings.organization_id, SocialSettings.blackouts).where(
        col(SocialSettings.organization_id).in_(set(organization_ids)),
        col(SocialSettings.blackouts).is_not(None),
    )
    blackouts: dict[str, list[list[str]]] = {}
    for organization_id, dates in session.exec(query):
        blackouts[organization_id] = list(dates or [])
    return blackouts


def get_firing(session: Session, firing_id: int) -> tuple[str, Firing]:
    """A firing, with the id of its organization."""
    query = (
        select_model(QueueSlot.organization_id, Firing)
        .join(QueueSlot, col(QueueSlot.id) == Firing.queue_slot_id)
        .where(Firing.id == firing_id)
    )
    return session.exec(query).one()
