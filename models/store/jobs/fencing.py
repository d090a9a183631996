"""The fence for many jobs in one transaction (group commit)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from models.store import clock
from models.store.jobs.job_queue import Claim
from models.store.sql.id_lists import is_among
from models.tables import JOB


def fence_many(
    session: Session, claims: Sequence[Claim], ttl: timedelta
) -> tuple[datetime, set[tuple[str, str]]]:
    """Renew these claims; returns the database's now, and (job id, token) of each renewed claim.

    Skips lost claims, and jobs whose row another transaction has locked: a transaction of many
    jobs waits for none of them, so that it cannot cause a deadlock.
    """
    now = clock.now(session)
    values = {
        "ids": [claim.job_id for claim in claims],
        "claims": [claim.job_id + claim.token for claim in claims],
        "expires_at": now + ttl,
    }
    return now, {(row[0], row[1]) for row in session.connection().execute(_RENEW, values)}


_FREE = (
    select(JOB.c.id)
    .where(is_among(JOB.c.id, "ids"), is_among(JOB.c.id + JOB.c.claim, "claims"))
    .with_for_update(skip_locked=True)
)
_RENEW = (
    update(JOB)
    .where(JOB.c.id.in_(_FREE))
    .values(claim_expires_at=bindparam("expires_at"))
    .returning(JOB.c.id, JOB.c.claim)
)
