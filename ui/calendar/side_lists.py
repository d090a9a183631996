"""The lists beside the calendar: posts that need attention, wait for approval, wait for a seat."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from models.encryption import Cipher
from models.statuses import NEEDS_ATTENTION, PostStatus
from models.store.queue import calendar_page
from services.posts.list_posts import decode_cursor, encode_cursor
from ui.calendar.post_card import PostCard, build_card

PAGE_SIZE: Final = 8


@dataclass(frozen=True, slots=True)
class ListKind:
    """A list: its key in URLs, its heading, and the statuses of its posts."""

    key: str
    title: str
    statuses: tuple[PostStatus, ...]
    is_oldest_first: bool = False


_P: Final = PostStatus
LIST_KINDS: Final = (
    ListKind("attention", "Needs attention", NEEDS_ATTENTION),
    ListKind("approval", "Waiting for approval", (_P.PENDING_APPROVAL,), is_oldest_first=True),
    ListKind("backlog", "Backlog: waiting for a free slot", (_P.BACKLOG,), is_oldest_first=True),
    ListKind("drafts", "Drafts", (_P.DRAFT,)),
)
LIST_KEYS: Final = tuple(each.key for each in LIST_KINDS)


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list. `next`: the cursor of the next page; None on the last one."""

    key: str
    title: str
    total: int
    cards: tuple[PostCard, ...]
    next: str | None
    is_first: bool


def build_list_queries(
    cipher: Cipher, organization_id: str, key: str | None, after: str | None
) -> list[calendar_page.PostListQuery]:
    """The queries of all lists: their first pages; for the list `key`, the page after a cursor.

    ValidationFailed for an invalid cursor.
    """
    return [
        calendar_page.PostListQuery(
            statuses=kind.statuses,
            is_oldest_first=kind.is_oldest_first,
            after=decode_cursor(cipher, organization_id, after)
            if after and kind.key == key
            else None,
            limit=PAGE_SIZE + 1,
        )
        for kind in LIST_KINDS
    ]


def load_lists(
    session: Session,
    cipher: Cipher,
    organization_id: str,
    queries: Sequence[calendar_page.PostListQuery],
) -> list[ListPage]:
    """Load the lists, without the empty ones."""
    statuses = [status for kind in LIST_KINDS for status in kind.statuses]
    counts = calendar_page.count_by_status(session, organization_id, statuses)
    lists = []
    for kind, query in zip(LIST_KINDS, queries, strict=True):
        total = sum(counts.get(status, 0) for status in kind.statuses)
        if not total:
            continue
        rows = calendar_page.list_posts(session, organization_id, query)
        posts, is_more = rows[:PAGE_SIZE], len(rows) > PAGE_SIZE
        next_page = encode_cursor(cipher, organization_id, posts[-1]) if is_more else None
        cards = tuple(map(build_card, posts))
        lists.append(
            ListPage(kind.key, kind.title, total, cards, next_page, is_first=query.after is None)
        )
    return lists
