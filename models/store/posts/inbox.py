"""Posts that need a person: found, counted and grouped by what they need."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select
from sqlmodel import Session

from models.posts import IS_IN_INBOX_SQL, Post
from models.statuses import PostStatus
from models.store.posts.post_queries import fetch_posts
from models.tables import DELIVERY, POST


class Need(StrEnum):
    """What a post needs a person for."""

    FAILED = "failed"
    APPROVAL = "approval"
    CHANGES = "changes"
    MISSED = "missed"
    UNKNOWN = "unknown"
    HELD = "held"


STATUSES: dict[Need, tuple[PostStatus, ...]] = {
    Need.FAILED: (PostStatus.FAILED, PostStatus.PARTIAL),
    Need.APPROVAL: (PostStatus.PENDING_APPROVAL,),
    Need.CHANGES: (PostStatus.CHANGES_REQUESTED,),
    Need.MISSED: (PostStatus.MISSED,),
    Need.UNKNOWN: (PostStatus.UNKNOWN,),
}
# Posts that go out, if their accounts let them.
GOING_OUT = (PostStatus.SCHEDULED, PostStatus.PUBLISHING)
# These wait for their turn: the oldest first.
OLDEST_FIRST = (Need.APPROVAL, Need.CHANGES)


def needs_person(need: Need | None = None) -> ColumnElement[bool]:
    """The condition that a post needs a person, for anything or for this."""
    if need is Need.HELD:
        return _is_held()
    in_inbox: ColumnElement[bool] = literal_column(f"({IS_IN_INBOX_SQL})")  # as in the index
    if need is not None:
        return and_(in_inbox, POST.c.status.in_(STATUSES[need]))
    statuses = [each for group in STATUSES.values() for each in group]
    is_open = POST.c.status.in_([*statuses, *GOING_OUT])  # so that the history is not read
    return and_(is_open, or_(in_inbox, _is_held()))


def _is_held() -> ColumnElement[bool]:
    """An account of it cannot be used, and something of it still has to go out there."""
    held = select(DELIVERY.c.post_id).where(DELIVERY.c.is_held)
    return and_(POST.c.status.in_(GOING_OUT), POST.c.id.in_(held))


def count(session: Session, organization_id: str, limit: int) -> int:
    """How many posts of the organization need a person; at most about `limit` are counted."""
    total = select(
        _count_some(organization_id, literal_column(f"({IS_IN_INBOX_SQL})"), limit)
        + _count_some(organization_id, _is_held(), limit)
    )
    return min(int(session.connection().execute(total).scalar_one()), limit)


def _count_some(
    organization_id: str, condition: ColumnElement[bool], limit: int
) -> ColumnElement[int]:
    some = select(POST.c.id).where(POST.c.organization_id == organization_id, condition)
    return select(func.count()).select_from(some.limit(limit).subquery()).scalar_subquery()


def count_by_need(session: Session, organization_id: str) -> dict[Need, int]:
    """How many posts need a person for each thing; those without any are left out."""
    counts = {}
    for need in Need:
        query = select(func.count()).select_from(POST)
        found = query.where(POST.c.organization_id == organization_id, needs_person(need))
        if number := session.connection().execute(found).scalar_one():
            counts[need] = number
    return counts


def list_posts(session: Session, organization_id: str, need: Need, limit: int) -> list[Post]:
    """The first `limit` posts that need a person for this."""
    query = select(POST).where(POST.c.organization_id == organization_id, needs_person(need))
    return fetch_posts(session, _in_order(query, need).limit(limit))


def _in_order(query: Select[Any], need: Need) -> Select[Any]:
    columns: Sequence[Any] = (POST.c.accepted_at, POST.c.id)
    ordered = columns if need in OLDEST_FIRST else [each.desc() for each in columns]
    return query.order_by(*ordered)
