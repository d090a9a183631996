"""Queue slots: the rules of an organization, and those that are due to fire."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, bindparam, func, insert, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_model

from models.jobs import Job
from models.slots import Firing, QueueSlot
from models.store.jobs import JOB
from models.store.upsert import insert_or
from models.task_names import JobKind

QUEUE_SLOT: Table = QueueSlot.__table__  # type: ignore[attr-defined]
FIRING: Table = Firing.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class DueSlot:
    """An active rule whose next slot is to be opened."""

    id: int
    organization_id: str
    day_of_week: int
    time: str
    timezone: str
    next_local_at: datetime
    next_slot_at: datetime


@dataclass(frozen=True, slots=True)
class Advance:
    """The slot of a rule that comes next, and when it fires."""

    queue_slot_id: int
    local_at: datetime
    slot_at: datetime
    fire_at: datetime


def of_organization(session: Session, organization_id: str) -> list[QueueSlot]:
    """All rules, deleted ones too."""
    query = select_model(QueueSlot).where(QueueSlot.organization_id == organization_id)
    return list(session.exec(query.order_by(col(QueueSlot.id))))


def active(session: Session, organization_id: str) -> list[QueueSlot]:
    """The rules in force, in the order in which they were first written."""
    return [slot for slot in of_organization(session, organization_id) if slot.is_active]


def is_due(session: Session, now: datetime) -> bool:
    """Whether any rule fires at or before `now`."""
    query = select(QUEUE_SLOT.c.id).where(QUEUE_SLOT.c.next_fire_at <= now).limit(1)
    return session.connection().execute(query).first() is not None


def due(session: Session, now: datetime, limit: int) -> list[DueSlot]:
    """Lock and return rules that fire at or before `now`; other beats skip what we hold."""
    query = (
        select(*(QUEUE_SLOT.c[name] for name in DueSlot.__slots__))
        .where(QUEUE_SLOT.c.next_fire_at <= now)
        .order_by(QUEUE_SLOT.c.next_fire_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [DueSlot(*row) for row in session.connection().execute(query)]


def fire(session: Session, opened: Sequence[DueSlot], now: datetime) -> None:
    """Insert the firings with their jobs; one that exists already stays as it is."""
    if not opened:  # another beat was faster
        return
    connection = session.connection()
    insert_firing = insert_or(session, FIRING).on_conflict_do_nothing()
    rows = [
        {
            "queue_slot_id": slot.id,
            "local_at": slot.next_local_at,
            "slot_at": slot.next_slot_at,
            "fired_at": now,
        }
        for slot in opened
    ]
    ids = connection.execute(insert_firing.returning(FIRING.c.id), rows).scalars().all()
    jobs = [Job(kind=JobKind.FIRING, subject_id=str(id_), wake_at=now) for id_ in ids]
    if jobs:
        connection.execute(insert(JOB), [job.model_dump() for job in jobs])


def advance(session: Session, steps: Sequence[Advance]) -> None:
    """Set the slots that come next."""
    statement = (
        update(QUEUE_SLOT)
        .where(QUEUE_SLOT.c.id == bindparam("rule"))
        .values(
            next_local_at=bindparam("local_at"),
            next_slot_at=bindparam("slot_at"),
            next_fire_at=bindparam("fire_at"),
        )
    )
    rows = [
        {
            "rule": step.queue_slot_id,
            "local_at": step.local_at,
            "slot_at": step.slot_at,
            "fire_at": step.fire_at,
        }
        for step in steps
    ]
    if rows:
        session.connection().execute(statement, rows)


def next_fire(session: Session) -> datetime | None:
    """When the next rule fires."""
    query = select(func.min(QUEUE_SLOT.c.next_fire_at))
    found: datetime | None = session.connection().scalar(query)
    return found


def firing(session: Session, firing_id: int) -> tuple[str, Firing]:
    """A firing, with the id of its organization."""
    query = (
        select_model(QueueSlot.organization_id, Firing)
        .join(QueueSlot, col(QueueSlot.id) == Firing.queue_slot_id)
        .where(Firing.id == firing_id)
    )
    return session.exec(query).one()
