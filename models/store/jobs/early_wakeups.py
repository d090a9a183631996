"""Wakes jobs before their time, as a hint: nothing is lost where that fails."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from models.beat_wakeup import request_wakeup
from models.store import clock
from models.store.sql.id_lists import is_among
from models.tables import JOB


def wake_early(session: Session, job_ids: Sequence[str]) -> None:
    """Make the jobs among these due now that wait for a later instant, unless somebody works on
    them. It raises no `version`, and skips locked rows."""
    now: datetime = clock.now(session)
    session.connection().execute(_WAKE_EARLY, {"ids": list(job_ids), "now": now})
    request_wakeup(session)


_NOW = bindparam("now", type_=JOB.c.wake_at.type)
_WAITING = (
    select(JOB.c.id)
    .where(is_among(JOB.c.id, "ids"), JOB.c.wake_at > _NOW, JOB.c.claim.is_(None))
    .with_for_update(skip_locked=True)
)
_WAKE_EARLY = update(JOB).where(JOB.c.id.in_(_WAITING)).values(wake_at=_NOW, dispatched_at=None)
