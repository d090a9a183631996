"""Jobs: enqueue, hand over, claim, fence, release."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlmodel import Session

from models.ids import new_id
from models.store import clock
from models.store.sql import write_buffer
from models.store.sql.bulk import chunks
from models.store.sql.upsert import dialect_insert
from models.tables import JOB
from models.task_names import JobKind

# Any number will do, as long as every beat uses the same one.
DISPATCH_LOCK_ID = 5_107_838


class ClaimLost(Exception):
    """The claim expired and somebody else took the job: stop, and write nothing."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job held by this worker until its claim expires; `version` is what was read with it."""

    job_id: str
    kind: JobKind
    subject_id: str
    token: str
    version: int
    rescues: int


def enqueue(session: Session, kind: JobKind, subject_id: str, wake_at: datetime) -> str:
    """Insert the job of a subject; returns its id. IntegrityError when it has one already."""
    return enqueue_all(session, kind, [subject_id], wake_at)[0]


def enqueue_all(
    session: Session, kind: JobKind, subject_ids: Sequence[str], wake_at: datetime
) -> list[str]:
    """The same for many subjects; returns the ids in their order."""
    rows = [new_row(kind, subject_id, wake_at) for subject_id in subject_ids]
    if rows:
        session.connection().execute(insert(JOB), rows)
    return [row["id"] for row in rows]


def new_row(kind: JobKind, subject_id: str, wake_at: datetime) -> dict[str, Any]:
    """A new job's columns. A model's own checks would cost beat more than all its SQL."""
    return {
        "id": new_id(),
        "kind": kind.value,
        "subject_id": subject_id,
        "version": 0,
        "wake_at": wake_at,
        "rescues": 0,
    }


def id_of(session: Session, kind: JobKind, subject_id: str) -> str:
    """The id of a subject's job; NoResultFound when it has none."""
    query = select(JOB.c.id).where(JOB.c.kind == kind, JOB.c.subject_id == subject_id)
    found: str = session.connection().execute(query).scalar_one()
    return found


def subject_of(session: Session, kind: JobKind, job_id: str) -> str | None:
    """The subject of a job of this kind; None when there is no such job."""
    query = select(JOB.c.subject_id).where(JOB.c.kind == kind, JOB.c.id == job_id)
    found: str | None = session.connection().execute(query).scalar_one_or_none()
    return found


def ids_of(session: Session, kind: JobKind, subject_ids: Sequence[str]) -> dict[str, str]:
    """The ids of these subjects' jobs, by subject."""
    found: dict[str, str] = {}
    for chunk in chunks(subject_ids):
        query = select(JOB.c.subject_id, JOB.c.id).where(
            JOB.c.kind == kind, JOB.c.subject_id.in_(chunk)
        )
        found |= {row[0]: row[1] for row in session.connection().execute(query)}
    return found


def ensure_due(session: Session, kind: JobKind, subject_id: str, now: datetime) -> None:
    """Make a subject's job due, and make the job if it has none."""
    statement = dialect_insert(session, JOB).values(new_row(kind, subject_id, now))
    session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=[JOB.c.kind, JOB.c.subject_id],
            set_={"version": JOB.c.version + 1, "wake_at": now, "dispatched_at": None},
        )
    )


def delete_for(session: Session, kind: JobKind, subject_id: str) -> None:
    """Delete a subject's job, also from under a worker, which loses its claim by it."""
    session.connection().execute(
        delete(JOB).where(JOB.c.kind == kind, JOB.c.subject_id == subject_id)
    )


def wake(session: Session, kind: JobKind, subject_ids: Sequence[str], now: datetime) -> None:
    """Make these subjects' jobs due, whatever their worker is about to write about them."""
    for chunk in chunks(subject_ids):
        session.connection().execute(
            update(JOB)
            .where(JOB.c.kind == kind, JOB.c.subject_id.in_(chunk))
            .values(version=JOB.c.version + 1, wake_at=now, dispatched_at=None)
        )


def _is_claimable(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Due, and held by nobody who is alive."""
    expired = or_(JOB.c.claim_expires_at.is_(None), JOB.c.claim_expires_at <= now)
    return JOB.c.wake_at <= now, expired


def _is_undispatched(stale: datetime) -> ColumnElement[bool]:
    return or_(JOB.c.dispatched_at.is_(None), JOB.c.dispatched_at <= stale)


def undo_dispatch(session: Session, job_ids: Sequence[str]) -> None:
    """These were not sent after all. Whoever holds one of the rows clears its mark anyhow."""
    free = (
        select(JOB.c.id)
        .where(JOB.c.id.in_(job_ids), JOB.c.claim.is_(None))
        .with_for_update(skip_locked=True)
    )
    session.connection().execute(update(JOB).where(JOB.c.id.in_(free)).values(dispatched_at=None))


def dispatch_due(
    session: Session, now: datetime, window: int, resend_after: timedelta
) -> list[tuple[JobKind, str]]:
    """Mark due jobs as dispatched and return (kind, id), oldest first.

    At most `window` unclaimed dispatches are under way at once, however many beats run. A dispatch
    that nobody claimed for `resend_after` counts as a lost message and is handed over again.
    """
    if session.connection().dialect.name == "postgresql":
        session.connection().execute(text(f"SELECT pg_advisory_xact_lock({DISPATCH_LOCK_ID})"))
    stale = now - resend_after
    under_way = session.connection().scalar(
        select(func.count()).select_from(JOB).where(JOB.c.dispatched_at > stale)
    )
    room = window - (under_way or 0)
    if room <= 0:
        return []
    due = (
        select(JOB.c.id)
        .where(*_is_claimable(now), _is_undispatched(stale))
        .order_by(JOB.c.wake_at)
        .limit(room)
        .with_for_update(skip_locked=True)
    )
    marked = session.connection().execute(
        update(JOB)
        .where(JOB.c.id.in_(due))
        .values(dispatched_at=now)
        .returning(JOB.c.wake_at, JOB.c.id, JOB.c.kind)
    )
    return [(JobKind(kind), id_) for _, id_, kind in sorted(map(tuple, marked))]


def claim(session: Session, job_ids: Sequence[str], ttl: timedelta) -> list[Claim]:
    """Take those of the jobs that are due and free; the others are somebody else's or done."""
    now = clock.now(session)
    token = secrets.token_hex(8)
    # SKIP LOCKED: two messages that name the same jobs must not wait for each other crosswise.
    free = (
        select(JOB.c.id)
        .where(JOB.c.id.in_(job_ids), *_is_claimable(now))
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(JOB)
        .where(JOB.c.id.in_(free))
        .values(
            claim=token,
            claim_expires_at=now + ttl,
            dispatched_at=None,
            rescues=JOB.c.rescues + case((JOB.c.claim.is_not(None), 1), else_=0),
        )
        .returning(JOB.c.id, JOB.c.kind, JOB.c.subject_id, JOB.c.version, JOB.c.rescues)
    )
    rows = session.connection().execute(statement).all()
    return [
        Claim(row.id, JobKind(row.kind), row.subject_id, token, row.version, row.rescues)
        for row in rows
    ]


def fence(session: Session, claim: Claim, ttl: timedelta) -> datetime:
    """Renew the claim and return the database's now; the first statement of every worker write.

    Raises ClaimLost when the claim is no longer ours: the caller's transaction must roll back.
    """
    now = clock.now(session)
    renewed = session.connection().execute(
        update(JOB)
        .where(JOB.c.id == claim.job_id, JOB.c.claim == claim.token)
        .values(claim_expires_at=now + ttl)
    )
    if renewed.rowcount != 1:
        raise ClaimLost(claim.job_id)
    return now


def release(session: Session, claim: Claim, wake_at: datetime | None, now: datetime) -> None:
    """Give the job back until `wake_at`, or until something wakes it.

    One UPDATE, so that a wake-up that came while we worked wins over our own idea of when.
    """
    values = {"row": claim.job_id, "token": claim.token, "seen": claim.version}
    write_buffer.execute(session, _RELEASE, {**values, "at": wake_at, "now": now})


def _instant_parameter(name: str) -> BindParameter[datetime | None]:
    """A parameter with its column's type, which it would not get inside of CASE."""
    return bindparam(name, type_=JOB.c.wake_at.type)


_RELEASE = (
    update(JOB)
    .where(JOB.c.id == bindparam("row"), JOB.c.claim == bindparam("token"))
    .values(
        claim=None,
        claim_expires_at=None,
        dispatched_at=None,
        rescues=0,
        wake_at=case(
            (JOB.c.version != bindparam("seen"), _instant_parameter("now")),
            else_=_instant_parameter("at"),
        ),
    )
)


def reset_rescues(session: Session, claim: Claim) -> None:
    """Its worker got through what there was to do: whoever died over the job before, it lives."""
    if claim.rescues:
        write_buffer.update_row(session, JOB, claim.job_id, {"rescues": 0})


def clear_claims(session: Session) -> None:
    """Free every job of claims and dispatches that a backup remembers: nobody holds them."""
    session.connection().execute(
        update(JOB).values(claim=None, claim_expires_at=None, dispatched_at=None)
    )


def remove(session: Session, claim: Claim) -> None:
    """Delete a job whose subject needs nothing more, ever."""
    session.connection().execute(
        delete(JOB).where(JOB.c.id == claim.job_id, JOB.c.claim == claim.token)
    )
