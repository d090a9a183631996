"""Retention: delete old history of finished posts, and old firings."""

from datetime import datetime

from sqlalchemy import (
    Select,
    String,
    cast,
    delete,
    exists,
    func,
    literal_column,
    select,
    update,
)
from sqlmodel import Session

from models.ids import min_id_at
from models.posts import IS_UNPRUNED_SQL
from models.statuses import SETTLED_POSTS
from models.tables import ATTEMPT, FIRING, JOB, POST
from models.task_names import JobKind


def prune_attempts(session: Session, before: datetime, limit: int) -> tuple[int, int]:
    """Delete the history of at most `limit` finished posts without a change since `before`.

    Keeps the last row, which has the reason. Returns the numbers of posts and of deleted rows.
    """
    ids = list(session.connection().execute(_prunable_posts(before, limit)).scalars())
    if not ids:
        return 0, 0
    later = ATTEMPT.alias()
    newest = select(func.max(later.c.id)).where(later.c.post_id == ATTEMPT.c.post_id)
    deleted = session.connection().execute(
        delete(ATTEMPT).where(ATTEMPT.c.post_id.in_(ids), ATTEMPT.c.id < newest.scalar_subquery())
    )
    session.connection().execute(
        update(POST).where(POST.c.id.in_(ids)).values(is_history_pruned=True)
    )
    return len(ids), deleted.rowcount


def _prunable_posts(before: datetime, limit: int) -> Select[tuple[str]]:
    """The oldest first; skips posts that another transaction has locked."""
    # A subquery, which reads one index entry for each post; a join might read the whole history.
    latest = select(func.max(ATTEMPT.c.at, type_=ATTEMPT.c.at.type))
    changed_at = latest.where(ATTEMPT.c.post_id == POST.c.id).scalar_subquery()
    return (
        select(POST.c.id)
        .where(
            literal_column(IS_UNPRUNED_SQL),  # as in the condition of the index
            POST.c.id < min_id_at(before),
            POST.c.status.in_(SETTLED_POSTS),
            func.coalesce(changed_at, POST.c.accepted_at) < before,
        )
        .order_by(POST.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def prune_firings(session: Session, before: datetime, limit: int) -> int:
    """Delete at most `limit` firings with slot and opening before `before`; returns how many.

    Rules only move forward, so that a deleted slot is never opened again. Checks the oldest
    firings only, and skips firings that still have a job.
    """
    oldest = (
        select(FIRING.c.id, FIRING.c.slot_at, FIRING.c.fired_at)
        .order_by(FIRING.c.id)
        .limit(limit)
        .subquery()
    )
    has_job = exists().where(
        JOB.c.kind == JobKind.FIRING, JOB.c.subject_id == cast(oldest.c.id, String)
    )
    is_over = (oldest.c.slot_at < before, oldest.c.fired_at < before)
    old = select(oldest.c.id).where(*is_over, ~has_job)
    return session.connection().execute(delete(FIRING).where(FIRING.c.id.in_(old))).rowcount
