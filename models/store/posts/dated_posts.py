"""Posts of a list by date: that of the slot, else of the publication, else of the acceptance.

Each of the three has an index of its own, and every post is in one of the three queries.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session

from models.posts import Post
from models.store.posts.post_filters import PostFilters, conditions
from models.store.posts.post_queries import PageCursor, fetch_posts
from models.tables import POST


@dataclass(frozen=True, slots=True)
class DatedPage:
    """Which page of the list: after the cursor, at most `limit` posts, the latest date first unless
    `is_ascending`."""

    after: PageCursor | None
    limit: int
    is_ascending: bool = False


def date_of(post: Post) -> datetime:
    """The date by which a list sorts the post."""
    return post.scheduled_for or post.published_at or post.accepted_at


def list_by_date(
    session: Session, organization_id: str, filters: PostFilters, page: DatedPage
) -> list[Post]:
    """The posts of the page."""
    found: list[Post] = []
    for date, has_it in _date_columns():
        query = select(POST).where(*conditions(organization_id, filters), *has_it)
        if page.after is not None:
            query = query.where(_is_after(date, page.after, is_ascending=page.is_ascending))
        order = (date, POST.c.id) if page.is_ascending else (date.desc(), POST.c.id.desc())
        found += fetch_posts(session, query.order_by(*order).limit(page.limit))
    found.sort(key=lambda post: (date_of(post), post.id), reverse=not page.is_ascending)
    return found[: page.limit]


def _date_columns() -> Iterator[tuple[ColumnElement[datetime], list[ColumnElement[bool]]]]:
    """The column of the date, and the condition of the posts that have it."""
    slot, live = POST.c.scheduled_for, POST.c.published_at
    yield slot, [slot.is_not(None)]
    yield live, [slot.is_(None), live.is_not(None)]
    yield POST.c.accepted_at, [slot.is_(None), live.is_(None)]


def _is_after(
    date: ColumnElement[datetime], cursor: PageCursor, *, is_ascending: bool
) -> ColumnElement[bool]:
    """By key, not by offset: new posts do not shift the pages."""
    at, id_ = cursor.at, cursor.post_id
    if is_ascending:
        return and_(date >= at, or_(date > at, POST.c.id > id_))
    return and_(date <= at, or_(date < at, POST.c.id < id_))
