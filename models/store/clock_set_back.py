"""The database's clock was set back: what it promised for later would wait until it is there again.

A beat sees it between two ticks. Heartbeats from the future show it, too: they are in the database,
so they outlive every process, and whoever finds them mends all rows in the transaction that
corrects them.
"""

import logging
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column, Table, and_, bindparam, func, or_, select, update
from sqlmodel import Session

from models.columns import UtcDateTime
from models.store.jobs import job_queue
from models.store.posts.overdue_posts import IS_UNSENT
from models.tables import CONNECTION, DELIVERY, HEARTBEAT, IDEMPOTENCY_KEY, JOB, POST, UPLOAD
from models.task_names import JobKind

log = logging.getLogger(__name__)
# A smaller step is waited out.
LEAST_STEP: Final = timedelta(minutes=1)
# The longest waits that count from the moment at which they are written: a provider's Retry-After,
# and the back-off of webhooks. Other instants (a slot, its lead time) no clock can change.
LONGEST_WAIT: Final = timedelta(hours=1, minutes=10)
LONGEST_WEBHOOK_WAIT: Final = timedelta(hours=11)
# The most that SLOTBEAT_CLAIM_TTL may be.
LONGEST_CLAIM: Final = timedelta(hours=1)
# What must not be in the future; waits that are decided anew; and what may last for a while.
_PAST: Final = ((DELIVERY, "intent_at"), (UPLOAD, "confirmed_at"), (POST, "accepted_at"))
_WAITS: Final = (
    (JOB, "dispatched_at"),
    (DELIVERY, "not_before"),
    (UPLOAD, "not_before"),
    (CONNECTION, "blocked_until"),
)
_LEASES: Final = ((CONNECTION, "session_claimed_until"), (IDEMPOTENCY_KEY, "lease_until"))


def mend_if_seen(session: Session, now: datetime) -> None:
    """Mend what waits where heartbeats show that the clock was set back, and nobody has done so."""
    connection = session.connection()
    is_later = HEARTBEAT.c.at > now + LEAST_STEP
    last = func.max(HEARTBEAT.c.at, type_=UtcDateTime())
    wrong_now = connection.execute(select(last).where(is_later)).scalar()
    # Another process may be first, and has mended everything then.
    if wrong_now and connection.execute(update(HEARTBEAT).where(is_later).values(at=now)).rowcount:
        mend(session, now, wrong_now)


def mend(session: Session, now: datetime, wrong_now: datetime) -> None:
    """End claims and waits, and have jobs looked at, as if the clock had never shown `wrong_now`.

    What the wrong clock has decided stays: a slot that was opened, a post that was missed. A second
    time this does nothing but wake jobs.
    """
    step = wrong_now - now
    log.warning("the database's clock was set back by %s: nothing waits for that time", step)
    # Jobs before all others, as everywhere.
    _wake_jobs(session, now, wrong_now)
    _shorten_claims(session, now, step)
    for table, name in _WAITS:
        _replace_later(session, table.c[name], now, None)
    for table, name in _PAST:
        _replace_later(session, table.c[name], now, now)
    for table, name in _LEASES:
        _replace_later(session, table.c[name], now + LEAST_STEP, now + LEAST_STEP)


def _wake_jobs(session: Session, now: datetime, wrong_now: datetime) -> None:
    """Make jobs due that may have been released for a while: the planner decides anew how long they
    wait. A late post gets its turn anew, too."""
    is_late = and_(POST.c.late_at > now, IS_UNSENT)
    late = list(session.connection().execute(select(POST.c.id).where(is_late)).scalars())
    job_queue.wake(session, JobKind.POST, late, now)
    is_webhook = JOB.c.kind == JobKind.WEBHOOK
    may_wait = or_(
        JOB.c.wake_at <= wrong_now + LONGEST_WAIT,
        and_(is_webhook, JOB.c.wake_at <= wrong_now + LONGEST_WEBHOOK_WAIT),
    )
    session.connection().execute(
        update(JOB)
        .where(JOB.c.wake_at > now, may_wait)
        .values(version=JOB.c.version + 1, wake_at=now, dispatched_at=None)
    )
    values = {"late_at": None, "content_version": POST.c.content_version + 1}
    session.connection().execute(update(POST).where(is_late).values(**values))


def _shorten_claims(session: Session, now: datetime, step: timedelta) -> None:
    """A claim lasts as long as it would have without the step; whoever lives renews it anyway."""
    is_wrong = JOB.c.claim_expires_at > now + min(step, LONGEST_CLAIM)
    query = select(JOB.c.id, JOB.c.claim_expires_at).where(is_wrong)
    rows = [
        {"job": id_, "old": until, "new": max(until - step, now)}
        for id_, until in session.connection().execute(query)
    ]
    if rows:
        session.connection().execute(_SHORTEN, rows)


def _replace_later(
    session: Session, column: Column[datetime], limit: datetime, value: datetime | None
) -> None:
    """Write this value where a later instant than the limit stands."""
    table: Table = column.table
    session.connection().execute(update(table).where(column > limit).values({column.name: value}))


_SHORTEN = (
    update(JOB)
    .where(
        JOB.c.id == bindparam("job"),
        JOB.c.claim_expires_at == bindparam("old", type_=UtcDateTime()),
    )
    .values(claim_expires_at=bindparam("new", type_=UtcDateTime()))
)
