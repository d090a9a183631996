"""Posts that missed their slot: find them, and give them new instants."""

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
    """The new instant of a late post."""

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
    """Ids of posts due from `since` to before `until` that were never scheduled or published at the
    provider, oldest slot first.

    `with_queue` False leaves out the posts of the queue, for a paused queue.
    """
    due = func.coalesce(POST.c.late_at, POST.c.scheduled_for)
    possibly_published = exists().where(DELIVERY.c.post_id == POST.c.id, POSSIBLY_PUBLISHED)
    # If every delivery waits for its account, a new instant does not help.
    has_active_delivery = exists().where(DELIVERY.c.post_id == POST.c.id, ~DELIVERY.c.is_held)
    query = (
        select(POST.c.id)
        .where(
            POST.c.organization_id == organization_id,
            POST.c.status.in_(STATUSES),
            POST.c.desired == Desired.SCHEDULED,
            due < until,
            ~possibly_published,
            has_active_delivery,
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
