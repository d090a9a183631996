"""Queries of posts: filtered pages, posts of a time range, and their media and deliveries.

They return rows, typed as models: creating thousands of model objects costs more than the rest of
a list. A row has the same attributes as the model.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, CompoundSelect, Select, Table, and_, exists, or_, select
from sqlmodel import Session

from models.posts import Delivery, Media, Post
from models.store.posts.calendar_place import calendar_instant, select_between
from models.store.sql.bulk import chunks
from models.tables import DELIVERY, MEDIA, POST

NEWEST_FIRST = (POST.c.accepted_at.desc(), POST.c.id.desc())
T = TypeVar("T", Media, Delivery)


@dataclass(frozen=True, slots=True)
class PostFilters:
    """Filters of a list. `start` (inclusive) and `end` (exclusive) filter the slot."""

    statuses: Sequence[str] = ()
    platform: str | None = None
    account_id: str | None = None
    post_type: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class PageCursor:
    """A position in a list: after the post with this acceptance and id."""

    accepted_at: datetime
    post_id: str


NO_FILTERS = PostFilters()


def list_page(
    session: Session,
    organization_id: str,
    filters: PostFilters = NO_FILTERS,
    after: PageCursor | None = None,
    limit: int | None = None,
) -> list[Post]:
    """The organization's posts, most recent first; those after the cursor, at most `limit`."""
    query = select(POST).where(POST.c.organization_id == organization_id, *_conditions(filters))
    if after is not None:
        query = query.where(_is_after(after))
    return fetch_posts(session, query.order_by(*NEWEST_FIRST).limit(limit))


def list_ids(
    session: Session, organization_id: str, filters: PostFilters = NO_FILTERS
) -> list[str]:
    """The ids of the matching posts, by slot; posts without a slot last, oldest first."""
    query = select(POST.c.id).where(
        POST.c.organization_id == organization_id, *_conditions(filters)
    )
    slot = POST.c.scheduled_for
    ordered = query.order_by(slot.is_(None), slot, POST.c.accepted_at, POST.c.id)
    return list(session.connection().execute(ordered).scalars())


def _is_after(cursor: PageCursor) -> ColumnElement[bool]:
    """By key, not by offset: new posts do not shift the pages."""
    at = POST.c.accepted_at
    return and_(at <= cursor.accepted_at, or_(at < cursor.accepted_at, POST.c.id < cursor.post_id))


def _conditions(filters: PostFilters) -> Iterator[ColumnElement[bool]]:
    if filters.statuses:
        yield POST.c.status.in_(filters.statuses)
    if filters.post_type is not None:
        yield POST.c.post_type == filters.post_type
    if filters.start is not None:
        yield POST.c.scheduled_for >= filters.start
    if filters.end is not None:
        yield POST.c.scheduled_for < filters.end
    if filters.search:
        yield POST.c.caption.icontains(filters.search, autoescape=True)
    if filters.platform is not None or filters.account_id is not None:
        yield _has_delivery(filters)


def _has_delivery(filters: PostFilters) -> ColumnElement[bool]:
    """If both filters are set, one delivery must match both."""
    conditions = [DELIVERY.c.post_id == POST.c.id]
    if filters.platform is not None:
        conditions.append(DELIVERY.c.platform == filters.platform)
    if filters.account_id is not None:
        conditions.append(DELIVERY.c.account_id == filters.account_id)
    return exists().where(*conditions)


def list_between(
    session: Session, organization_id: str, start: datetime, end: datetime, limit: int | None = None
) -> list[Post]:
    """The posts on the calendar from `start` to before `end`, in its order; any `limit` of them."""
    query = select_between([POST], organization_id, start, end).limit(limit)
    return sorted(fetch_posts(session, query), key=_sort_key)


def list_nearest(
    session: Session,
    organization_id: str,
    start: datetime,
    middle: datetime,
    end: datetime,
    limits: tuple[int, int],
) -> list[Post]:
    """The posts nearest to `middle`, by slot: at most `limits[0]` before it, `limits[1]` after."""
    slot, live = POST.c.scheduled_for, POST.c.published_at
    own = select(POST).where(POST.c.organization_id == organization_id)
    at_once = own.where(slot.is_(None), live >= start).order_by(live.desc()).limit(limits[0])
    before = own.where(slot >= start, slot < middle).order_by(slot.desc()).limit(limits[0])
    after = own.where(slot >= middle, slot < end).order_by(slot, POST.c.id).limit(limits[1])
    past = fetch_posts(session, at_once) + fetch_posts(session, before)
    return sorted(past, key=_sort_key)[-limits[0] :] + fetch_posts(session, after)


def _sort_key(post: Post) -> tuple[datetime, str]:
    return calendar_instant(post) or post.accepted_at, post.id


def fetch_posts(session: Session, query: Select[Any] | CompoundSelect[Any]) -> list[Post]:
    """Run a query that selects all columns of posts."""
    return cast("list[Post]", session.connection().execute(query).all())


def load_media(session: Session, post_ids: Sequence[str]) -> dict[str, list[Media]]:
    """The media of posts, by post id, in their order."""
    return _load_parts(session, MEDIA, "position", post_ids)


def load_deliveries(session: Session, post_ids: Sequence[str]) -> dict[str, list[Delivery]]:
    """The deliveries of posts, by post id, in their order."""
    return _load_parts(session, DELIVERY, "id", post_ids)


def _load_parts(
    session: Session, table: Table, order: str, post_ids: Sequence[str]
) -> dict[str, list[T]]:
    by_post: dict[str, list[T]] = defaultdict(list)
    for chunk in chunks(post_ids):
        query = select(table).where(table.c.post_id.in_(chunk)).order_by(table.c[order])
        for row in session.connection().execute(query):
            by_post[row.post_id].append(cast("T", row))
    return by_post


def find_with_alt_texts(session: Session, post_ids: Sequence[str]) -> set[str]:
    """The posts among these with a photo of their own that has an alt text; their threads aside."""
    found: set[str] = set()
    for chunk in chunks(post_ids):
        has_text = (
            MEDIA.c.post_id.in_(chunk), MEDIA.c.thread_part == 0, MEDIA.c.alt_text.is_not(None),
        )  # fmt: skip
        query = select(MEDIA.c.post_id).where(*has_text).distinct()
        found.update(session.connection().execute(query).scalars())
    return found
