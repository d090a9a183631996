"""What a calendar page shows of an organization, and, much cheaper, whether any of it has changed.

Posts that have no place on a calendar stand in lists beside it, a page at a time.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlmodel import Session

from models.posts import Post
from models.store.agenda import opened_between, seats_between
from models.store.listing import Mark, rows_of
from models.store.posts import POST, SETTINGS
from models.store.queue_slots import FIRING, QUEUE_SLOT

# What a card shows of a post follows from these; a new caption is a new version of the content.
_SEEN = tuple(
    POST.c[name]
    for name in ("id", "status", "content_version", "scheduled_for", "published_at", "reason")
)
# Not among them: what seating remembers for itself.
_RULING = tuple(
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
_RULES = tuple(
    QUEUE_SLOT.c[name]
    for name in ("id", "rule", "timezone", "gap_policy", "overlap_policy", "is_active")
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A page of posts in some statuses: those behind the mark."""

    statuses: Sequence[str]
    is_oldest_first: bool
    behind: Mark | None
    limit: int


def page(session: Session, organization_id: str, asked: Asked) -> list[Post]:
    """The posts of a page."""
    return rows_of(session, _page(organization_id, asked, POST.c))


def counts(session: Session, organization_id: str, statuses: Sequence[str]) -> dict[str, int]:
    """How many posts there are in each of these statuses."""
    query = (
        select(POST.c.status, func.count())
        .where(POST.c.organization_id == organization_id, POST.c.status.in_(statuses))
        .group_by(POST.c.status)
        .order_by(POST.c.status)
    )
    return {row[0]: row[1] for row in session.connection().execute(query)}


def fingerprint(
    session: Session,
    organization_id: str,
    start: datetime,
    end: datetime,
    lists: Sequence[Asked],
) -> str:
    """The same as long as a calendar from `start` to just before `end` and its lists are.

    It is made of what is shown, not of a counter: rows that are committed out of the order of
    their numbers would slip behind one.
    """
    numbers = counts(session, organization_id, [name for each in lists for name in each.statuses])
    waiting = [each for each in lists if not numbers.keys().isdisjoint(each.statuses)]
    queries = [
        select(*_RULING).where(SETTINGS.c.organization_id == organization_id),
        select(*_RULES).where(QUEUE_SLOT.c.organization_id == organization_id),
        _opened(organization_id, start, end),
        _placed(organization_id, start, end),
        *(_page(organization_id, each, _SEEN) for each in waiting),
    ]
    digest = hashlib.sha256(repr(numbers).encode())
    for query in queries:
        rows = session.connection().execute(query).all()
        digest.update(repr(sorted(map(repr, rows))).encode())
    digest.update(repr(seats_between(session, organization_id, start, end)).encode())
    return digest.hexdigest()


def _placed(organization_id: str, start: datetime, end: datetime) -> Select[Any]:
    slot, live = POST.c.scheduled_for, POST.c.published_at
    return select(*_SEEN).where(
        POST.c.organization_id == organization_id,
        or_(and_(slot >= start, slot < end), and_(live >= start, live < end)),
    )


def _opened(organization_id: str, start: datetime, end: datetime) -> Select[int, Any]:
    """How many slots were opened, and the last of them: they come, and go only when pruned."""
    return (
        select(func.count(), func.max(FIRING.c.id))
        .join(QUEUE_SLOT, QUEUE_SLOT.c.id == FIRING.c.queue_slot_id)
        .where(opened_between(organization_id, start, end))
    )


def _page(organization_id: str, asked: Asked, columns: Iterable[ColumnElement[Any]]) -> Select[Any]:
    at, number = POST.c.accepted_at, POST.c.id
    query = select(*columns).where(
        POST.c.organization_id == organization_id, POST.c.status.in_(asked.statuses)
    )
    if asked.behind is not None:
        query = query.where(_behind(asked.behind, is_oldest_first=asked.is_oldest_first))
    order = (at, number) if asked.is_oldest_first else (at.desc(), number.desc())
    return query.order_by(*order).limit(asked.limit)


def _behind(mark: Mark, *, is_oldest_first: bool) -> ColumnElement[bool]:
    at, number = POST.c.accepted_at, POST.c.id
    if is_oldest_first:
        return and_(at >= mark.accepted_at, or_(at > mark.accepted_at, number > mark.post_id))
    return and_(at <= mark.accepted_at, or_(at < mark.accepted_at, number < mark.post_id))
