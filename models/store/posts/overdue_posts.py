"""Posts that missed their slot: find them, and give them new instants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, select, update
from sqlmodel import Session

from models.columns import UtcDateTime
from models.statuses import Desired, PostStatus
from models.store.jobs import job_queue
from models.store.posts import history
from models.store.posts.posts import POSSIBLY_PUBLISHED
from models.tables import DELIVERY, ORGANIZATION, POST
from models.task_names import JobKind

STATUSES = (PostStatus.SCHEDULED, PostStatus.PUBLISHING)
# Posts with these have not given their turn back.
TURN_STATUSES = (*STATUSES, PostStatus.PUBLISHED, PostStatus.PARTIAL)


IS_UNSENT = ~exists().where(DELIVERY.c.post_id == POST.c.id, POSSIBLY_PUBLISHED)


@dataclass(frozen=True, slots=True)
class OverduePost:
    """A late post, and the instant that its grace counts from."""

    id: str
    promised_at: datetime


@dataclass(frozen=True, slots=True)
class LatePublication:
    """The new instant of a late post."""

    post_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LateTurn:
    """An instant, and how many late posts go out at it."""

    at: datetime
    posts: int


@dataclass(frozen=True, slots=True)
class LateQueue:
    """How many late posts wait for their turn, and the turn of the last one; None without any."""

    posts: int = 0
    last_at: datetime | None = None


def list_overdue(
    session: Session,
    organization_id: str,
    *,
    due_before: datetime,
    promised_since: datetime | None = None,
    with_queue: bool = True,
) -> list[OverduePost]:
    """Posts that were due, and were never scheduled or published at the provider, oldest slot
    first.

    `promised_since` leaves out posts whose grace counts from an earlier instant. `with_queue` False
    leaves out the posts of the queue, for a paused queue.
    """
    promised_at = func.coalesce(POST.c.grace_from, POST.c.scheduled_for)  # as in PostView
    # If every delivery waits for its account, a new instant does not help.
    has_active_delivery = exists().where(DELIVERY.c.post_id == POST.c.id, ~DELIVERY.c.is_held)
    query = (
        select(POST.c.id, promised_at)
        .where(
            POST.c.organization_id == organization_id,
            POST.c.status.in_(STATUSES),
            POST.c.desired == Desired.SCHEDULED,
            func.coalesce(POST.c.late_at, POST.c.scheduled_for) < due_before,
            IS_UNSENT,
            has_active_delivery,
        )
        .order_by(POST.c.scheduled_for, POST.c.accepted_at, POST.c.id)
    )
    if not with_queue:
        query = query.where(POST.c.publish_mode != "next_slot")
    if promised_since is not None:
        query = query.where(promised_at >= promised_since)
    return [OverduePost(*row) for row in session.connection().execute(query)]


def last_turn(session: Session, organization_id: str, since: datetime) -> LateTurn | None:
    """The latest turn after `since` that a late post has; None without any."""
    query = (
        select(POST.c.late_at, func.count())
        .where(
            POST.c.organization_id == organization_id,
            POST.c.late_at > since,
            POST.c.status.in_(TURN_STATUSES),
            POST.c.desired == Desired.SCHEDULED,
        )
        .group_by(POST.c.late_at)
        .order_by(POST.c.late_at.desc())
        .limit(1)
    )
    row = session.connection().execute(query).one_or_none()
    return LateTurn(*row) if row else None


def late_queue(session: Session, now: datetime, organization_id: str | None = None) -> LateQueue:
    """The late posts whose turn is ahead, of one organization or of all; reads an index alone."""
    query = (
        select(func.count(), func.max(POST.c.late_at, type_=UtcDateTime()))
        .select_from(ORGANIZATION)
        .join(POST, (POST.c.organization_id == ORGANIZATION.c.id) & (POST.c.late_at > now))
        .where(POST.c.status.in_(STATUSES), POST.c.desired == Desired.SCHEDULED)
    )
    if organization_id is not None:
        query = query.where(ORGANIZATION.c.id == organization_id)
    return LateQueue(*session.connection().execute(query).one())


def set_late_times(
    session: Session,
    publications: Sequence[LatePublication],
    now: datetime,
    columns: Mapping[str, Any] | None = None,
) -> None:
    """Give late posts their new instants and other `columns`, and wake their jobs."""
    if not publications:
        return
    job_queue.wake(session, JobKind.POST, [each.post_id for each in publications], now)
    statement = (
        update(POST)
        .where(POST.c.id == bindparam("post"))
        .values(
            late_at=bindparam("at"), content_version=POST.c.content_version + 1, **(columns or {})
        )
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
