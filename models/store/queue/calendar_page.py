"""Queries of the calendar page: a fingerprint that detects changes, posts that go out now, and how
many posts have no place on it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, and_, func, select, union_all
from sqlmodel import Session

from models.statuses import PostStatus
from models.store.posts.calendar_place import select_between
from models.store.posts.post_filters import NO_FILTERS, PostFilters
from models.store.queue.calendar_range import is_firing_between, list_seats
from models.tables import FIRING, POST, QUEUE_SLOT, SETTINGS

# A card on the page depends on these columns only; a new caption raises `content_version`.
_CARD_COLUMNS = tuple(
    POST.c[name]
    for name in (
        "id",
        "status",
        "content_version",
        "scheduled_for",
        "late_at",
        "published_at",
        "reason",
        "acknowledged_at",
    )
)
# The seat-search columns are left out: they do not change what the page shows.
_SETTINGS_COLUMNS = tuple(
    SETTINGS.c[name]
    for name in (
        "is_enabled",
        "is_paused",
        "default_timezone",
        "max_posts_per_slot",
        "gap_policy",
        "overlap_policy",
        "blackouts",
    )
)
_RULE_COLUMNS = tuple(
    QUEUE_SLOT.c[name]
    for name in ("id", "rule", "timezone", "gap_policy", "overlap_policy", "is_active")
)


def count_by_status(
    session: Session, organization_id: str, statuses: Sequence[str]
) -> dict[str, int]:
    """The number of posts with each of these statuses, without acknowledged ones; statuses without
    posts are left out."""
    query = (
        select(POST.c.status, func.count())
        .where(_is_listed(organization_id, statuses))
        .group_by(POST.c.status)
        .order_by(POST.c.status)
    )
    return {row[0]: row[1] for row in session.connection().execute(query)}


def list_going_out(session: Session, organization_id: str, now: datetime, limit: int) -> list[str]:
    """The ids of posts that are being published, or whose instant has just come."""
    own = select(POST.c.id).where(POST.c.organization_id == organization_id)
    is_publishing = POST.c.status == PostStatus.PUBLISHING
    due = (POST.c.scheduled_for <= now, POST.c.scheduled_for > now - timedelta(days=1))
    # Two queries, because each has an index of its own.
    found = union_all(
        own.where(is_publishing), own.where(POST.c.status == PostStatus.SCHEDULED, *due)
    )
    return list(session.connection().execute(found.limit(limit)).scalars())


def page_fingerprint(
    session: Session,
    organization_id: str,
    span: tuple[datetime, datetime],
    filters: PostFilters = NO_FILTERS,
) -> str:
    """A hash of what the page shows of a range of time, from its start to before its end, of the
    posts that match.

    It hashes the rows instead of a change counter, because transactions may commit in another
    order than their counter values, so that a reader of the counter would miss a change.
    """
    start, end = span
    queries: list[Executable] = [
        select(*_SETTINGS_COLUMNS).where(SETTINGS.c.organization_id == organization_id),
        select(*_RULE_COLUMNS).where(QUEUE_SLOT.c.organization_id == organization_id),
        _firings_between(organization_id, start, end),
        select_between(_CARD_COLUMNS, organization_id, start, end, filters),
    ]
    digest = hashlib.sha256()
    for query in queries:
        rows = session.connection().execute(query).all()
        digest.update(repr(sorted(map(repr, rows))).encode())
    digest.update(repr(list_seats(session, organization_id, start, end)).encode())
    return digest.hexdigest()


def _firings_between(organization_id: str, start: datetime, end: datetime) -> Select[int, Any]:
    """The number of firings and the last id: firings are only added, or pruned."""
    return (
        select(func.count(), func.max(FIRING.c.id))
        .join(QUEUE_SLOT, QUEUE_SLOT.c.id == FIRING.c.queue_slot_id)
        .where(is_firing_between(organization_id, start, end))
    )


def _is_listed(organization_id: str, statuses: Sequence[str]) -> ColumnElement[bool]:
    return and_(
        POST.c.organization_id == organization_id,
        POST.c.status.in_(statuses),
        POST.c.acknowledged_at.is_(None),
    )
