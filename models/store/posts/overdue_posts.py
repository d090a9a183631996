"""Posts that missed their slot: which, and when each leaves instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, func, select, update
from sqlmodel import Session

from models.statuses import Desired, PostStatus
from models.store.jobs import job_queue
from models.store.posts import history
from models.store.posts.posts import POSSIBLY_PUBLISHED
from models.tables import DELIVERY, POST
from models.task_names import JobKind

STATUSES = (PostStatus.SCHEDULED, PostStatus.PUBLISHING)


@dataclass(frozen=True, slots=True)
class LatePublication:
    """When a late post leaves."""

    post_id: str
    at: datetime


def list_ids(
    session: Session,
    organization_id: str,
    since: datetime | None,
    until: datetime,
    *,
    with_queue: bool = True,
) -> list[str]:
    """The posts due between two instants that nothing was sent of, oldest slot first.

    `with_queue` False leaves the queue's out, as while it is paused.
    """
    due = func.coalesce(POST.c.late_at, POST.c.scheduled_for)
    sent = exists().where(DELIVERY.c.post_id == POST.c.id, POSSIBLY_PUBLISHED)
    # Where every delivery waits for its account, no instant would help.
    can_go = exists().where(DELIVERY.c.post_id == POST.c.id, ~DELIVERY.c.is_held)
    query = (
        select(POST.c.id)
        .where(
            POST.c.organization_id == organization_id,
            POST.c.status.in_(STATUSES),
            POST.c.desired == Desired.SCHEDULED,
            due < until,
            ~sent,
            can_go,
        )
        .order_by(POST.c.scheduled_for, POST.c.accepted_at, POST.c.id)
    )
    if not with_queue:
        query = query.where(POST.c.publish_mode != "next_slot")
    if since is not None:
        query = query.where(due >= since)
    return list(session.connection().execute(query).scalars())


def set_late_times(
    session: Session, publications: Sequence[LatePublication], now: datetime
) -> None:
    """Give late posts their new instants, and wake their jobs."""
    if not publications:
        return
    job_queue.wake(session, JobKind.POST, [each.post_id for each in publications], now)
    statement = (
        update(POST)
        .where(POST.c.id == bindparam("post"))
        .values(late_at=bindparam("at"), content_version=POST.c.content_version + 1)
    )
    rows = [{"post": each.post_id, "at": each.at} for each in publications]
    session.connection().execute(statement, rows)
    history.record(
        session,
        *(
            history.HistoryEntry(
                each.post_id, each.post_id, "late", "leaves later", now, next_attempt_at=each.at
            )
            for each in publications
        ),
    )
