"""Gauges of /metrics that are read from the database: jobs, posts, connections and webhooks.

The cost does not grow with finished work: only jobs that have a wake-up, and posts that are in
progress or need a person, are counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import case, func, or_, select
from sqlmodel import Session

from models.statuses import PostStatus
from models.store.posts.overdue_posts import LateQueue, late_queue
from models.store.tenants import organizations
from models.tables import CONNECTION, JOB, ORGANIZATION, POST, WEBHOOK_ENDPOINT
from models.task_names import JobKind

JOB_STATES = ("due", "waiting", "claimed", "dispatched")
UNCOUNTED_STATUSES = (PostStatus.PUBLISHED, PostStatus.CANCELLED, PostStatus.REJECTED)
COUNTED_STATUSES = tuple(status for status in PostStatus if status not in UNCOUNTED_STATUSES)


@dataclass(frozen=True, slots=True)
class WorkGauges:
    """Jobs by (kind, state), posts by status, since when the oldest due job is due, connections
    that are blocked or refused, the number of webhook endpoints that we disabled, and the late
    posts that wait for their turn, and organizations that are switched off or being deleted."""

    jobs: dict[tuple[str, str], int]
    posts: dict[str, int]
    oldest_due: datetime | None
    connections: dict[str, int] = field(default_factory=lambda: {"blocked": 0, "refused": 0})
    disabled_webhooks: int = 0
    late: LateQueue = field(default_factory=LateQueue)
    organizations: dict[str, int] = field(default_factory=lambda: {"disabled": 0, "deleting": 0})


def read_gauges(session: Session, now: datetime) -> WorkGauges:
    """The gauges at `now`; every kind, state and status has a count, even if it is 0."""
    jobs, posts, oldest_due = (
        _count_jobs(session, now),
        _count_posts(session),
        _oldest_due(session, now),
    )
    return WorkGauges(
        jobs,
        posts,
        oldest_due,
        _count_connections(session, now),
        _count_disabled_webhooks(session),
        late_queue(session, now),
        _count_organizations(session),
    )


def _count_organizations(session: Session) -> dict[str, int]:
    """The organizations that the operator has switched off, and those that are being deleted."""
    suspended, deleting = organizations.count_suspended(session)
    return {"disabled": suspended - deleting, "deleting": deleting}


def _count_jobs(session: Session, now: datetime) -> dict[tuple[str, str], int]:
    """Leaves out jobs without a wake-up."""
    state = case(
        (JOB.c.claim_expires_at > now, "claimed"),
        (JOB.c.dispatched_at.is_not(None), "dispatched"),
        (JOB.c.wake_at <= now, "due"),
        else_="waiting",
    )
    query = (
        select(JOB.c.kind, state, func.count())
        .where(JOB.c.wake_at.is_not(None))
        .group_by(JOB.c.kind, state)
    )
    counts = {(kind.value, name): 0 for kind in JobKind for name in JOB_STATES}
    counts |= {(row[0], row[1]): row[2] for row in session.connection().execute(query)}
    return counts


def _count_posts(session: Session) -> dict[str, int]:
    """Reads the index on (organization, status), so that finished posts cost nothing."""
    query = (
        select(POST.c.status, func.count())
        .select_from(ORGANIZATION)
        .join(
            POST,
            (POST.c.organization_id == ORGANIZATION.c.id) & POST.c.status.in_(COUNTED_STATUSES),
        )
        .group_by(POST.c.status)
    )
    counts = {status.value: 0 for status in COUNTED_STATUSES}
    counts |= {row[0]: row[1] for row in session.connection().execute(query)}
    return counts


def count_unacknowledged(session: Session, statuses: Sequence[str]) -> dict[str, int]:
    """How many posts of all organizations have each of these statuses and were not acknowledged."""
    query = (
        select(POST.c.status, func.count())
        .select_from(ORGANIZATION)
        .join(POST, (POST.c.organization_id == ORGANIZATION.c.id) & POST.c.status.in_(statuses))
        .where(POST.c.acknowledged_at.is_(None))
        .group_by(POST.c.status)
    )
    found = {row[0]: row[1] for row in session.connection().execute(query)}
    return {status: found.get(status, 0) for status in statuses}


def _count_connections(session: Session, now: datetime) -> dict[str, int]:
    """Connections that are blocked, and connections whose credentials are refused."""
    conditions = {
        "blocked": CONNECTION.c.blocked_until > now,
        "refused": CONNECTION.c.refused_at.is_not(None),
    }
    counts = (func.count().filter(condition) for condition in conditions.values())
    row = session.connection().execute(select(*counts).select_from(CONNECTION)).one()
    return dict(zip(conditions, row, strict=True))


def _count_disabled_webhooks(session: Session) -> int:
    disabled = WEBHOOK_ENDPOINT.c.disabled_reason.is_not(None)
    query = select(func.count()).select_from(WEBHOOK_ENDPOINT).where(disabled)
    return session.connection().execute(query).scalar_one()


def _oldest_due(session: Session, now: datetime) -> datetime | None:
    unclaimed = or_(JOB.c.claim_expires_at.is_(None), JOB.c.claim_expires_at <= now)
    query = select(JOB.c.wake_at).where(JOB.c.wake_at <= now, unclaimed).order_by(JOB.c.wake_at)
    oldest: datetime | None = session.connection().execute(query.limit(1)).scalar_one_or_none()
    return oldest
