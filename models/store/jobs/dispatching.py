"""Dispatch: which due jobs are sent to the workers next. Organizations share the window.

Usually all that is due fits into the window, and one query by time finds it. When more is due, the
oldest jobs may all be those of one organization. Then the index by organization is walked: two
look-ups for each organization that has jobs, however many jobs these are.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, func, or_, select, text, update
from sqlmodel import Session

from models.store.jobs.window_shares import WaitingJob, reserve_of, share_window
from models.store.sql.id_lists import is_among
from models.tables import JOB
from models.task_names import JobKind

# An arbitrary number; every beat must use the same one.
DISPATCH_LOCK_ID = 5_107_838
# At most so many organizations get more than their oldest job from one walk. The others wait for
# the next tick, which comes at once.
MAX_DEEP_READS = 32
# A statement has at most 65,535 parameters. What a larger window lets through waits for a tick.
MAX_AT_ONCE = 30_000
# For so long slots that open let all other jobs go first; then they take their turns.
SLOT_PATIENCE = timedelta(minutes=5)


def dispatch_due(
    session: Session, now: datetime, window: int, resend_after: timedelta
) -> list[tuple[JobKind, str]]:
    """Mark due jobs as dispatched and return (kind, id). Organizations take turns, each with its
    oldest job first: the messages are read in this order.

    However many beats run, at most `window` dispatched jobs of one organization are unclaimed at
    any time, and at most a quarter more of all. A job that nobody claimed within `resend_after`
    counts as a lost message and is dispatched again.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({DISPATCH_LOCK_ID})"))
    times = {"now": now, "stale": now - resend_after}
    in_flight = Counter({row[0]: row[1] for row in connection.execute(_IN_FLIGHT, times)})
    free = min(window + reserve_of(window) - in_flight.total(), MAX_AT_ONCE)
    if free <= 0:
        return []
    due = _find_due(session, {**times, "young": now - SLOT_PATIENCE}, in_flight, free)
    ids = [job.id for job in share_window(due, in_flight, window, free)]
    marked = connection.execute(_MARK, {**times, "ids": ids}) if ids else ()
    return [(JobKind(kind), id_) for *_, id_, kind in _in_turns(map(tuple, marked))]


def _in_turns(marked: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows (organization, wake_at, id, kind): the oldest of each organization, then the second."""
    turns: Counter[str] = Counter()
    ranked = []
    for owner, *row in sorted(marked):
        ranked.append((turns[owner], *row))
        turns[owner] += 1
    return sorted(ranked)


def _find_due(
    session: Session, times: dict[str, datetime], in_flight: Counter[str], free: int
) -> list[WaitingJob]:
    """Due jobs: all, or enough of each organization to fill the window."""
    oldest = _read(session, _OLDEST, {**times, "count": free + 1})
    if len(oldest) <= free:
        return oldest
    firsts = _read(session, _OLDEST_OF_EACH, times)
    firsts.sort(key=lambda job: (job.opens_slot, in_flight[job.organization_id], job.order))
    count = 1 + 2 * free // max(len(firsts), 1)
    found = {job.id: job for job in firsts}
    for first in firsts[:MAX_DEEP_READS] if count > 1 else ():
        more = {**times, "owner": first.organization_id, "count": min(count, free)}
        found |= {job.id: job for job in _read(session, _OLDEST_OF_ONE, more)}
    return list(found.values())


def _read(session: Session, query: Any, values: dict[str, Any]) -> list[WaitingJob]:  # noqa: ANN401
    return [WaitingJob(*row) for row in session.connection().execute(query, values)]


def _is_of(owner: ColumnElement[str]) -> tuple[ColumnElement[bool], ...]:
    """Jobs of one organization. No `=`: PostgreSQL must use the index of both columns, and not walk
    the index by time, through the jobs of all organizations, until it meets one of this one."""
    return JOB.c.organization_id >= owner, JOB.c.organization_id <= owner


_NOW = bindparam("now", type_=JOB.c.wake_at.type)
_STALE = bindparam("stale", type_=JOB.c.wake_at.type)
_IS_DUE: tuple[ColumnElement[bool], ...] = (
    JOB.c.wake_at <= _NOW,
    or_(JOB.c.claim_expires_at.is_(None), JOB.c.claim_expires_at <= _NOW),
    or_(JOB.c.dispatched_at.is_(None), JOB.c.dispatched_at <= _STALE),
)
_IN_FLIGHT = (
    select(JOB.c.organization_id, func.count())
    .where(JOB.c.dispatched_at > _STALE)
    .group_by(JOB.c.organization_id)
)


def _opens_slot(job: FromClause) -> ColumnElement[bool]:
    young = bindparam("young", type_=JOB.c.wake_at.type)
    return and_(job.c.kind == JobKind.FIRING, job.c.wake_at > young)


_WAITING = select(JOB.c.wake_at, JOB.c.id, JOB.c.organization_id, _opens_slot(JOB))
_OLDEST = _WAITING.where(*_IS_DUE).order_by(JOB.c.wake_at).limit(bindparam("count"))
_OLDEST_OF_ONE = (
    _WAITING.where(*_IS_DUE, *_is_of(bindparam("owner")))
    .order_by(JOB.c.organization_id, JOB.c.wake_at)
    .limit(bindparam("count"))
)
_MARK = (
    update(JOB)
    .where(
        JOB.c.id.in_(
            select(JOB.c.id)
            .where(is_among(JOB.c.id, "ids"), *_IS_DUE)
            .with_for_update(skip_locked=True)
        )
    )
    .values(dispatched_at=_NOW)
    .returning(JOB.c.organization_id, JOB.c.wake_at, JOB.c.id, JOB.c.kind)
)


def _walk() -> Any:  # noqa: ANN401
    """The oldest due job of each organization. IS NOT NULL: without it SQLite does not use the
    partial index."""
    other = JOB.alias()
    next_id = select(other.c.organization_id).where(other.c.wake_at.is_not(None))
    next_id = next_id.order_by(other.c.organization_id).limit(1)
    owner = select(next_id.scalar_subquery().label("id")).cte("owner", recursive=True)
    following = next_id.where(other.c.organization_id > owner.c.id).scalar_subquery()
    owner = owner.union_all(select(following).where(owner.c.id.is_not(None)))
    first = JOB.alias("first")
    oldest = (
        select(JOB.c.id)
        .where(*_is_of(owner.c.id), *_IS_DUE)
        .order_by(JOB.c.organization_id, JOB.c.wake_at)
        .limit(1)
        .correlate(owner)
        .scalar_subquery()
    )
    columns = first.c.wake_at, first.c.id, first.c.organization_id, _opens_slot(first)
    return select(*columns).join_from(owner, first, first.c.id == oldest)


_OLDEST_OF_EACH = _walk()
