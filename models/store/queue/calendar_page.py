"""Queries of the calendar page: a fingerprint that detects changes, and lists of posts by status.

The lists show, page by page, posts that have no place in the calendar.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, and_, func, or_, select
from sqlmodel import Session

from models.posts import Post
from models.statuses import PostStatus
from models.store.posts.calendar_place import select_between
from models.store.posts.post_filters import NO_FILTERS, PostFilters
from models.store.posts.post_queries import PageCursor, fetch_posts
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


@dataclass(frozen=True, slots=True)
class PostListQuery:
    """A page of posts with some statuses, after the cursor."""

    statuses: Sequence[str]
    is_oldest_first: bool
    after: PageCursor | None
    limit: int


def list_posts(session: Session, organization_id: str, list_query: PostListQuery) -> list[Post]:
    """The posts of one page of a list."""
    return fetch_posts(session, _list_statement(organization_id, list_query, POST.c))


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
    is_due = and_(
        POST.c.status == PostStatus.SCHEDULED,
        POST.c.scheduled_for <= now,
        POST.c.scheduled_for > now - timedelta(days=1),
    )
    is_publishing = POST.c.status == PostStatus.PUBLISHING
    query = select(POST.c.id).where(
        POST.c.organization_id == organization_id, or_(is_publishing, is_due)
    )
    return list(session.connection().execute(query.order_by(POST.c.id).limit(limit)).scalars())


def page_fingerprint(
    session: Session,
    organization_id: str,
    span: tuple[datetime, datetime],
    lists: Sequence[PostListQuery],
    filters: PostFilters = NO_FILTERS,
) -> str:
    """A hash of what the page shows of a range of time, from its start to before its end, of the
    posts that match, and of its lists.

    It hashes the rows instead of a change counter, because transactions may commit in another
    order than their counter values, so that a reader of the counter would miss a change.
    """
    start, end = span
    counts = count_by_status(
        session, organization_id, [name for each in lists for name in each.statuses]
    )
    non_empty = [each for each in lists if not counts.keys().isdisjoint(each.statuses)]
    queries: list[Executable] = [
        select(*_SETTINGS_COLUMNS).where(SETTINGS.c.organization_id == organization_id),
        select(*_RULE_COLUMNS).where(QUEUE_SLOT.c.organization_id == organization_id),
        _firings_between(organization_id, start, end),
        select_between(_CARD_COLUMNS, organization_id, start, end, filters),
        *(_list_statement(organization_id, each, _CARD_COLUMNS) for each in non_empty),
    ]
    digest = hashlib.sha256(repr(counts).encode())
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


def _list_statement(
    organization_id: str, list_query: PostListQuery, columns: Iterable[ColumnElement[Any]]
) -> Select[Any]:
    at, number = POST.c.accepted_at, POST.c.id
    query = select(*columns).where(_is_listed(organization_id, list_query.statuses))
    if list_query.after is not None:
        query = query.where(_is_after(list_query.after, is_oldest_first=list_query.is_oldest_first))
    order = (at, number) if list_query.is_oldest_first else (at.desc(), number.desc())
    return query.order_by(*order).limit(list_query.limit)


def _is_listed(organization_id: str, statuses: Sequence[str]) -> ColumnElement[bool]:
    return and_(
        POST.c.organization_id == organization_id,
        POST.c.status.in_(statuses),
        POST.c.acknowledged_at.is_(None),
    )


def _is_after(cursor: PageCursor, *, is_oldest_first: bool) -> ColumnElement[bool]:
    at, number = POST.c.accepted_at, POST.c.id
    if is_oldest_first:
        return and_(at >= cursor.at, or_(at > cursor.at, number > cursor.post_id))
    return and_(at <= cursor.at, or_(at < cursor.at, number < cursor.post_id))
