"""Beat's query: one statement says whether anything is due, and when the next thing will be."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import BindParameter, Connection, Select, bindparam, exists, func, or_, select

from models.columns import UtcDateTime
from models.tables import JOB, QUEUE_SLOT


@dataclass(frozen=True, slots=True)
class DueWork:
    """The database's now; the next firing; whether a job must be dispatched; the next wake-up."""

    now: datetime
    next_fire: datetime | None
    has_due_job: bool
    next_wake: datetime | None


def read_due_work(connection: Connection, resend_after: timedelta) -> DueWork:
    """Read it; the cost does not grow with the number of rules or jobs."""
    statement = _STATEMENTS[connection.dialect.name]
    row = connection.execute(statement, {"resend_after": resend_after.total_seconds()}).one()
    now = row.now if isinstance(row.now, datetime) else datetime.fromisoformat(row.now)
    now = now.replace(tzinfo=UTC) if now.tzinfo is None else now.astimezone(UTC)
    return DueWork(now, row.next_fire, bool(row.has_due_job), row.next_wake)


def _statement(dialect: str) -> Select[tuple[datetime, datetime, bool, datetime]]:
    seconds: BindParameter[float] = bindparam("resend_after")
    if dialect == "postgresql":
        # Not clock_timestamp(): it may differ from row to row, so PostgreSQL could use no index.
        now = func.statement_timestamp()
        stale = now - func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    else:  # the format of stored instants, so that texts compare as instants do
        form = "%Y-%m-%d %H:%M:%f"
        now = func.strftime(form, "now")
        stale = func.strftime(form, "now", func.printf("-%f seconds", seconds))
    due = exists().where(
        JOB.c.wake_at <= now,
        or_(JOB.c.claim_expires_at.is_(None), JOB.c.claim_expires_at <= now),
        or_(JOB.c.dispatched_at.is_(None), JOB.c.dispatched_at <= stale),
    )
    # IS NOT NULL: without it SQLite does not use the partial index.
    next_fire = func.min(QUEUE_SLOT.c.next_fire_at, type_=UtcDateTime())
    next_wake = func.min(JOB.c.wake_at, type_=UtcDateTime())
    return select(
        now.label("now"),
        select(next_fire)
        .where(QUEUE_SLOT.c.next_fire_at.is_not(None))
        .scalar_subquery()
        .label("next_fire"),
        due.label("has_due_job"),
        select(next_wake)
        .where(JOB.c.wake_at.is_not(None), JOB.c.dispatched_at.is_(None), JOB.c.claim.is_(None))
        .scalar_subquery()
        .label("next_wake"),
    )


_STATEMENTS = {name: _statement(name) for name in ("postgresql", "sqlite")}
