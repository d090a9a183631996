"""Posts that wait beside the calendar: for a person, for a decision, for a seat."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from api.page.cards import Card, card
from api.posts.listing import cursor, opened
from models.statuses import PostStatus
from models.store import standing
from models.vault import Cipher

PER_PAGE: Final = 8


@dataclass(frozen=True, slots=True)
class Kind:
    """A list: its name in addresses, its heading, and which posts are in it."""

    key: str
    title: str
    statuses: tuple[PostStatus, ...]
    is_oldest_first: bool = False


_P: Final = PostStatus
KINDS: Final = (
    Kind("attention", "Needs attention", (_P.FAILED, _P.MISSED, _P.UNKNOWN, _P.PARTIAL)),
    Kind("approval", "Waiting for approval", (_P.PENDING_APPROVAL,), is_oldest_first=True),
    Kind("backlog", "Backlog: waiting for a seat", (_P.BACKLOG,), is_oldest_first=True),
    Kind("drafts", "Drafts", (_P.DRAFT,)),
)
KEYS: Final = tuple(each.key for each in KINDS)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of a list. `next` is the cursor of the page behind it, None on the last one."""

    key: str
    title: str
    total: int
    cards: tuple[Card, ...]
    next: str | None
    is_first: bool


def pages(
    vault: Cipher, organization_id: str, key: str | None, after: str | None
) -> list[standing.PostListQuery]:
    """What to ask the database for: the first page of each list, but of one the page behind a
    cursor. Invalid for a cursor that is none of ours."""
    return [
        standing.PostListQuery(
            statuses=kind.statuses,
            is_oldest_first=kind.is_oldest_first,
            after=opened(vault, organization_id, after) if after and kind.key == key else None,
            limit=PER_PAGE + 1,
        )
        for kind in KINDS
    ]


def shown(
    session: Session, vault: Cipher, organization_id: str, asked: Sequence[standing.PostListQuery]
) -> list[Shown]:
    """The lists that are not empty."""
    statuses = [status for kind in KINDS for status in kind.statuses]
    counts = standing.count_by_status(session, organization_id, statuses)
    found = []
    for kind, wanted in zip(KINDS, asked, strict=True):
        total = sum(counts.get(status, 0) for status in kind.statuses)
        if not total:
            continue
        rows = standing.list_posts(session, organization_id, wanted)
        kept, is_more = rows[:PER_PAGE], len(rows) > PER_PAGE
        following = cursor(vault, organization_id, kept[-1]) if is_more else None
        cards = tuple(map(card, kept))
        found.append(
            Shown(kind.key, kind.title, total, cards, following, is_first=wanted.after is None)
        )
    return found
