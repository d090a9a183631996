"""Beat's query: one statement says when the next rule fires and when the next job is due."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlmodel import Session

from models.database import PollingConnection
from models.store import clock
from models.tables import JOB
from models.task_names import JobKind

# ORDER BY … LIMIT 1: the first entry of an index, however many rules and jobs there are.
# IS NOT NULL: without it SQLite does not use the partial indexes.
QUERY = """
SELECT {now},
  (SELECT next_fire_at FROM queue_slot WHERE next_fire_at IS NOT NULL
   ORDER BY next_fire_at LIMIT 1),
  (SELECT wake_at FROM job WHERE wake_at IS NOT NULL
     AND (claim_expires_at IS NULL OR claim_expires_at <= {now})
     AND (dispatched_at IS NULL OR dispatched_at <= {stale})
   ORDER BY wake_at LIMIT 1)
"""
# Now, and some seconds ago. PostgreSQL's clock_timestamp() may differ from row to row. SQLite's
# texts are in the format of stored instants, and compare as instants do.
CLOCKS = {
    "postgresql": (
        "statement_timestamp()",
        "statement_timestamp() - interval '{seconds} seconds'",
    ),
    "sqlite": (
        "strftime('%Y-%m-%d %H:%M:%f', 'now')",
        "strftime('%Y-%m-%d %H:%M:%f', 'now', '-{seconds} seconds')",
    ),
}


class DueWork(NamedTuple):
    """The database's now, when the next rule fires, and the wake-up of the first job that may be
    dispatched; None where there is none."""

    now: datetime
    next_fire: datetime | None
    next_wake: datetime | None

    @property
    def has_due_rule(self) -> bool:
        """Whether a rule must fire."""
        return self.next_fire is not None and self.next_fire <= self.now

    @property
    def has_due_job(self) -> bool:
        """Whether a job must be dispatched."""
        return self.next_wake is not None and self.next_wake <= self.now


def read_due_work(polling: PollingConnection, resend_after: timedelta) -> DueWork:
    """Read it; the cost does not grow with the number of rules or waiting jobs."""
    now, next_fire, next_wake = polling.fetch_row(due_work_query(polling.dialect, resend_after))
    return DueWork(_as_utc(now), next_fire and _as_utc(next_fire), next_wake and _as_utc(next_wake))


def count_due_posts(session: Session) -> int:
    """The posts whose job is due, and that no worker has."""
    now = clock.now(session)
    is_free = or_(JOB.c.claim_expires_at.is_(None), JOB.c.claim_expires_at <= now)
    query = select(func.count()).where(JOB.c.kind == JobKind.POST, JOB.c.wake_at <= now, is_free)
    count: int = session.connection().execute(query).scalar_one()
    return count


@cache
def due_work_query(dialect: str, resend_after: timedelta) -> str:
    """The statement. It has no parameters, so that PostgreSQL plans it once."""
    now, stale = CLOCKS[dialect]
    return QUERY.format(now=now, stale=stale.format(seconds=resend_after.total_seconds()))


def _as_utc(value: datetime | str) -> datetime:
    """An instant as the driver gives it: a datetime of PostgreSQL, or SQLite's text."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value.astimezone(UTC)
