"""The fence for many jobs in one transaction (group commit)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, tuple_, update
from sqlmodel import Session

from models.store import clock
from models.store.jobs.job_queue import Claim
from models.tables import JOB


def fence_many(
    session: Session, claims: Sequence[Claim], ttl: timedelta
) -> tuple[datetime, set[tuple[str, str]]]:
    """Renew these claims; returns the database's now, and (job id, token) of each renewed claim.

    Skips lost claims, and jobs whose row another transaction has locked: a transaction of many
    jobs waits for none of them, so that it cannot cause a deadlock.
    """
    now = clock.now(session)
    pairs = [(claim.job_id, claim.token) for claim in claims]
    free = (
        select(JOB.c.id)
        .where(tuple_(JOB.c.id, JOB.c.claim).in_(pairs))
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(JOB)
        .where(JOB.c.id.in_(free))
        .values(claim_expires_at=now + ttl)
        .returning(JOB.c.id, JOB.c.claim)
    )
    return now, {(row[0], row[1]) for row in session.connection().execute(statement)}
