"""The job queue: enqueue, wake, claim, fence, release."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    bindparam,
    case,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlmodel import Session

from models.beat_wakeup import request_wakeup
from models.ids import new_id
from models.store import clock
from models.store.sql import write_buffer
from models.store.sql.bulk import chunks
from models.store.sql.id_lists import is_among
from models.store.sql.upsert import dialect_insert
from models.tables import JOB
from models.task_names import JobKind


class ClaimLost(Exception):
    """The claim expired and another worker took the job: stop, and write nothing."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that this worker has until the claim expires; `version`: the job's at the claim.
    `organization_id`: whose work it is; empty: the installation's."""

    job_id: str
    kind: JobKind
    subject_id: str
    token: str
    version: int
    rescues: int
    organization_id: str = ""


@dataclass(frozen=True, slots=True)
class DueJob:
    """A job that nobody has claimed, and whose work it is."""

    job_id: str
    kind: JobKind
    organization_id: str


def enqueue(
    session: Session, kind: JobKind, subject_id: str, organization_id: str, wake_at: datetime
) -> str:
    """Insert the job of a subject; returns its id. IntegrityError if it already has one."""
    row = new_row(kind, subject_id, organization_id, wake_at)
    session.connection().execute(insert(JOB), row)
    request_wakeup(session)
    id_: str = row["id"]
    return id_


def new_row(
    kind: JobKind, subject_id: str, organization_id: str, wake_at: datetime
) -> dict[str, Any]:
    """The columns of a new job. Validation in a model would cost beat more than all its SQL."""
    return {
        "id": new_id(),
        "kind": kind.value,
        "subject_id": subject_id,
        "organization_id": organization_id,
        "version": 0,
        "wake_at": wake_at,
        "rescues": 0,
    }


def id_of(session: Session, kind: JobKind, subject_id: str) -> str:
    """The id of a subject's job; NoResultFound if it has none."""
    query = select(JOB.c.id).where(JOB.c.kind == kind, JOB.c.subject_id == subject_id)
    job_id: str = session.connection().execute(query).scalar_one()
    return job_id


def subject_of(session: Session, kind: JobKind, job_id: str) -> str | None:
    """The subject of a job of this kind; None if there is no such job."""
    query = select(JOB.c.subject_id).where(JOB.c.kind == kind, JOB.c.id == job_id)
    subject_id: str | None = session.connection().execute(query).scalar_one_or_none()
    return subject_id


def ids_of(session: Session, kind: JobKind, subject_ids: Sequence[str]) -> dict[str, str]:
    """The ids of the jobs of these subjects, by subject id."""
    job_ids: dict[str, str] = {}
    for chunk in chunks(subject_ids):
        query = select(JOB.c.subject_id, JOB.c.id).where(
            JOB.c.kind == kind, JOB.c.subject_id.in_(chunk)
        )
        job_ids |= {row[0]: row[1] for row in session.connection().execute(query)}
    return job_ids


@dataclass(frozen=True, slots=True)
class JobState:
    """When a job wakes, and until when a worker has it."""

    wake_at: datetime | None = None
    claim_expires_at: datetime | None = None

    def is_claimed_at(self, now: datetime) -> bool:
        """Whether a worker works on it."""
        return self.claim_expires_at is not None and self.claim_expires_at > now


def states_of(session: Session, kind: JobKind, subject_ids: Sequence[str]) -> dict[str, JobState]:
    """The states of the jobs of these subjects, by subject id."""
    states: dict[str, JobState] = {}
    for chunk in chunks(subject_ids):
        query = select(JOB.c.subject_id, JOB.c.wake_at, JOB.c.claim_expires_at).where(
            JOB.c.kind == kind, JOB.c.subject_id.in_(chunk)
        )
        rows = session.connection().execute(query)
        states |= {row[0]: JobState(row[1], row[2]) for row in rows}
    return states


def ensure_due(
    session: Session, kind: JobKind, subject_id: str, organization_id: str, now: datetime
) -> None:
    """Make the job of a subject due now; insert it, as the organization's, if there is none."""
    statement = dialect_insert(session, JOB).values(new_row(kind, subject_id, organization_id, now))
    session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=[JOB.c.kind, JOB.c.subject_id],
            set_={"version": JOB.c.version + 1, "wake_at": now, "dispatched_at": None},
        )
    )
    request_wakeup(session)


def delete_for(session: Session, kind: JobKind, subject_id: str) -> None:
    """Delete the job of a subject; a worker that runs it loses its claim."""
    session.connection().execute(
        delete(JOB).where(JOB.c.kind == kind, JOB.c.subject_id == subject_id)
    )


def wake(session: Session, kind: JobKind, subject_ids: Sequence[str], now: datetime) -> None:
    """Make the jobs of these subjects due now; raises `version`, so that no release can undo it."""
    if subject_ids:
        request_wakeup(session)
    for chunk in chunks(subject_ids):
        session.connection().execute(
            update(JOB)
            .where(JOB.c.kind == kind, JOB.c.subject_id.in_(chunk))
            .values(version=JOB.c.version + 1, wake_at=now, dispatched_at=None)
        )


def undo_dispatch(session: Session, job_ids: Sequence[str]) -> None:
    """Mark these jobs as not dispatched, because they were not sent. Skips locked rows: the claim
    that has locked a row clears `dispatched_at` itself."""
    free = (
        select(JOB.c.id)
        .where(JOB.c.id.in_(job_ids), JOB.c.claim.is_(None))
        .with_for_update(skip_locked=True)
    )
    session.connection().execute(update(JOB).where(JOB.c.id.in_(free)).values(dispatched_at=None))


def read_due(session: Session, job_ids: Sequence[str]) -> list[DueJob]:
    """The jobs among these that are due and unclaimed, in the order of the ids."""
    values = {"ids": list(job_ids), "now": clock.now(session)}
    rows = {row.id: row for row in session.connection().execute(_DUE, values)}
    found = [rows[id_] for id_ in dict.fromkeys(job_ids) if id_ in rows]
    return [DueJob(row.id, JobKind(row.kind), row.organization_id) for row in found]


def claim(session: Session, job_ids: Sequence[str], ttl: timedelta) -> list[Claim]:
    """Claim the jobs among these that are due and unclaimed; skips all others."""
    now = clock.now(session)
    token = secrets.token_hex(8)
    values = {"ids": list(job_ids), "now": now, "token": token, "expires_at": now + ttl}
    rows = session.connection().execute(_CLAIM, values).all()
    return [
        Claim(
            row.id,
            JobKind(row.kind),
            row.subject_id,
            token,
            row.version,
            row.rescues,
            row.organization_id,
        )
        for row in rows
    ]


def fence(session: Session, claim: Claim, ttl: timedelta) -> datetime:
    """Renew the claim and return the database's now; the first statement of every worker write.

    Raises ClaimLost if the claim is no longer ours: the caller must roll back its transaction.
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
    """End the claim; the job wakes at `wake_at`, or, with None, when something wakes it.

    One UPDATE, so that a wake-up during our work is not lost: the job is then due at once.
    """
    values = {"row": claim.job_id, "token": claim.token, "seen": claim.version}
    write_buffer.execute(session, _RELEASE, {**values, "at": wake_at, "now": now})


def _instant_parameter(name: str) -> BindParameter[datetime | None]:
    """A parameter with the type of its column, which CASE does not infer."""
    return bindparam(name, type_=JOB.c.wake_at.type)


# Due, and without a claim or with an expired one.
_IS_CLAIMABLE = (
    is_among(JOB.c.id, "ids"),
    JOB.c.wake_at <= _instant_parameter("now"),
    or_(JOB.c.claim_expires_at.is_(None), JOB.c.claim_expires_at <= _instant_parameter("now")),
)
_DUE = select(JOB.c.id, JOB.c.kind, JOB.c.organization_id).where(*_IS_CLAIMABLE)
_CLAIM = (
    update(JOB)
    # SKIP LOCKED: two messages with the same jobs must not deadlock.
    .where(JOB.c.id.in_(select(JOB.c.id).where(*_IS_CLAIMABLE).with_for_update(skip_locked=True)))
    .values(
        claim=bindparam("token"),
        claim_expires_at=bindparam("expires_at"),
        dispatched_at=None,
        rescues=JOB.c.rescues + case((JOB.c.claim.is_not(None), 1), else_=0),
    )
    .returning(
        JOB.c.id,
        JOB.c.kind,
        JOB.c.subject_id,
        JOB.c.version,
        JOB.c.rescues,
        JOB.c.organization_id,
    )
)
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
    """Set the rescue count to 0: a worker has survived this job."""
    if claim.rescues:
        write_buffer.update_row(session, JOB, claim.job_id, {"rescues": 0})


def clear_claims(session: Session) -> None:
    """Clear claims and dispatches of all jobs: after a restore from a backup they are invalid."""
    session.connection().execute(
        update(JOB).values(claim=None, claim_expires_at=None, dispatched_at=None)
    )


def remove(session: Session, claim: Claim) -> None:
    """Delete a job whose subject is finished for ever."""
    session.connection().execute(
        delete(JOB).where(JOB.c.id == claim.job_id, JOB.c.claim == claim.token)
    )
