"""Reads a page of the list: its posts with pictures, by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from sqlmodel import Session

from models.posts import Post
from models.store.posts.dated_posts import date_of
from scheduler.recurrence.timezones import load_zone
from services.context import AppContext
from services.posts.list_posts import decode_cursor, encode_cursor, list_page
from ui.calendar.post_card import PostCard, build_card, photo_post_ids
from ui.filters.filter_bar import FilterBar, build_filter_bar
from ui.list.list_query import ListQuery
from ui.list.pictures import load_pictures
from ui.sign_in.visitor import Visitor

PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class ListRow:
    """A line. `date`: its place in the list; `card.at` is None where that is no date of its own."""

    card: PostCard
    platforms: tuple[str, ...]
    labels: tuple[str, ...]
    date: datetime


@dataclass(frozen=True, slots=True)
class ListContent:
    """A page of the list. `months`: their first days with the rows. `next`: the page after it."""

    months: tuple[tuple[datetime, tuple[ListRow, ...]], ...]
    pictures: dict[str, str]
    next: ListQuery | None
    bar: FilterBar

    @property
    def count(self) -> int:
        """The number of rows."""
        return sum(len(rows) for _, rows in self.months)


def load_list(context: AppContext, visitor: Visitor, query: ListQuery) -> ListContent:
    """The page that the query asks for; ValidationFailed for an invalid cursor."""
    owner, cipher = visitor.organization_id, context.cipher
    after = decode_cursor(cipher, owner, query.after, query.sort) if query.after else None
    with context.database.read() as session:
        found = list_page(session, owner, query.filter.to_store(), query.sort, after, PAGE_SIZE + 1)
        posts = found[:PAGE_SIZE]
        cursor = encode_cursor(cipher, owner, posts[-1], query.sort) if found[PAGE_SIZE:] else ""
        return ListContent(
            _by_month(posts, visitor.zone),
            _load_pictures(session, context, visitor, posts),
            query.page(cursor) if cursor else None,
            build_filter_bar(session, owner, query.filter),
        )


def _by_month(
    posts: Sequence[Post], zone_name: str
) -> tuple[tuple[datetime, tuple[ListRow, ...]], ...]:
    zone = load_zone(zone_name)

    def month(row: ListRow) -> datetime:
        first = row.date.astimezone(zone).replace(day=1)
        return first.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)

    return tuple((at, tuple(rows)) for at, rows in groupby(map(_build_row, posts), month))


def _build_row(post: Post) -> ListRow:
    return ListRow(build_card(post), tuple(post.platforms), tuple(post.labels), date_of(post))


def _load_pictures(
    session: Session, context: AppContext, visitor: Visitor, posts: Sequence[Post]
) -> dict[str, str]:
    ids = photo_post_ids([build_card(post) for post in posts])
    return load_pictures(session, context, visitor.base, ids)
