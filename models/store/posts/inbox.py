"""Posts that need a person: counted, and listed by what they need."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import Session

from models.posts import Post
from models.store.posts.needs import Need, is_held, is_in_inbox, needs_person
from models.store.posts.post_queries import fetch_posts
from models.tables import POST

# These wait for their turn: the oldest first.
OLDEST_FIRST = (Need.APPROVAL, Need.CHANGES)


def count(session: Session, organization_id: str, limit: int) -> int:
    """How many posts of the organization need a person; no more than `limit` are counted."""
    total = select(
        _count_some(organization_id, is_in_inbox(), limit)
        + _count_some(organization_id, is_held(), limit)
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
        found = query.where(POST.c.organization_id == organization_id, needs_person([need]))
        if number := session.connection().execute(found).scalar_one():
            counts[need] = number
    return counts


def list_posts(session: Session, organization_id: str, need: Need, limit: int) -> list[Post]:
    """The first `limit` posts that need a person for this."""
    query = select(POST).where(POST.c.organization_id == organization_id, needs_person([need]))
    return fetch_posts(session, _in_order(query, need).limit(limit))


def _in_order(query: Select[Any], need: Need) -> Select[Any]:
    columns: Sequence[Any] = (POST.c.accepted_at, POST.c.id)
    ordered = columns if need in OLDEST_FIRST else [each.desc() for each in columns]
    return query.order_by(*ordered)
