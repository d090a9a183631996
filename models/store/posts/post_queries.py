"""Queries of posts: filtered pages, posts of a time range, and their media and deliveries.

They return rows, typed as models: creating thousands of model objects costs more than the rest of
a list. A row has the same attributes as the model.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, CompoundSelect, Select, Table, and_, func, or_, select
from sqlmodel import Session

from models.posts import Delivery, Media, Post
from models.store.posts.calendar_place import calendar_instant, select_between
from models.store.posts.post_filters import NO_FILTERS, PostFilters, conditions
from models.store.sql.bulk import chunks
from models.tables import DELIVERY, MEDIA, POST

NEWEST_FIRST = (POST.c.accepted_at.desc(), POST.c.id.desc())
T = TypeVar("T", Media, Delivery)


@dataclass(frozen=True, slots=True)
class PageCursor:
    """A position in a list: after the post with this date and id. The date is that of the
    acceptance, or by which the list is sorted."""

    at: datetime
    post_id: str


def list_page(
    session: Session,
    organization_id: str,
    filters: PostFilters = NO_FILTERS,
    after: PageCursor | None = None,
    limit: int | None = None,
) -> list[Post]:
    """The organization's posts, most recent first; those after the cursor, at most `limit`."""
    query = select(POST).where(*conditions(organization_id, filters))
    if after is not None:
        query = query.where(_is_after(after))
    return fetch_posts(session, query.order_by(*NEWEST_FIRST).limit(limit))


def list_ids(
    session: Session, organization_id: str, filters: PostFilters = NO_FILTERS
) -> list[str]:
    """The ids of the matching posts, by slot; posts without a slot last, oldest first."""
    query = select(POST.c.id).where(*conditions(organization_id, filters))
    slot = POST.c.scheduled_for
    ordered = query.order_by(slot.is_(None), slot, POST.c.accepted_at, POST.c.id)
    return list(session.connection().execute(ordered).scalars())


def _is_after(cursor: PageCursor) -> ColumnElement[bool]:
    """By key, not by offset: new posts do not shift the pages."""
    at = POST.c.accepted_at
    return and_(at <= cursor.at, or_(at < cursor.at, POST.c.id < cursor.post_id))


def list_between(
    session: Session,
    organization_id: str,
    start: datetime,
    end: datetime,
    limit: int | None = None,
    filters: PostFilters = NO_FILTERS,
) -> list[Post]:
    """The posts on the calendar from `start` to before `end` that match, in its order; any `limit`
    of them."""
    query = select_between([POST], organization_id, start, end, filters).limit(limit)
    return sorted(fetch_posts(session, query), key=_sort_key)


# What a card on the calendar shows of a post: of a long text its beginning.
_CARD_COLUMNS = (
    *(
        POST.c[name]
        for name in ("id", "post_type", "platforms", "publish_mode", "status", "reason")
    ),
    *(POST.c[name] for name in ("scheduled_for", "late_at", "accepted_at", "published_at")),
    func.substr(POST.c.caption, 1, 500).label("caption"),
)


def list_cards_between(
    session: Session,
    organization_id: str,
    start: datetime,
    end: datetime,
    filters: PostFilters = NO_FILTERS,
) -> list[Post]:
    """As `list_between`, with the columns of cards alone: the others cost more than the query."""
    query = select_between(_CARD_COLUMNS, organization_id, start, end, filters)
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


def load_alt_texts(session: Session, post_ids: Sequence[str]) -> dict[str, list[str]]:
    """The alt text of each file of these posts themselves, empty where it has none, by post id."""
    found: dict[str, list[str]] = defaultdict(list)
    for chunk in chunks(post_ids):
        query = select(MEDIA.c.post_id, MEDIA.c.alt_text)
        of_posts = query.where(MEDIA.c.post_id.in_(chunk), MEDIA.c.thread_part == 0)
        rows = session.connection().execute(of_posts.order_by(MEDIA.c.post_id, MEDIA.c.position))
        for post_id, text in rows:
            found[post_id].append(text or "")
    return found
