"""A post as a card on the calendar: excerpt, status, networks, reason. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from media.graphemes import shorten
from models.posts import Post
from models.statuses import PostStatus
from models.store.posts.calendar_place import calendar_instant
from services.platform_names import platform_name as platform_name  # noqa: PLC0414  (others')
from services.posts.move import MOVABLE

MAX_EXCERPT: Final = 90
MAX_REASON: Final = 120
INACTIVE_STATUSES: Final = (PostStatus.REJECTED, PostStatus.CANCELLING, PostStatus.CANCELLED)
STATUSES_WITH_REASON: Final = (
    PostStatus.FAILED,
    PostStatus.MISSED,
    PostStatus.UNKNOWN,
    PostStatus.PARTIAL,
)


@dataclass(frozen=True, slots=True)
class PostCard:
    """What the calendar shows of a post. `at`: its place on the calendar, if it has one. `moves`:
    it can be moved to a free slot; `swaps`: it can also exchange its slot with another post."""

    id: str
    text: str
    status: str
    platforms: tuple[str, ...]
    kind: str
    at: datetime | None
    reason: str | None
    is_gone: bool
    moves: bool = False
    swaps: bool = False


def build_card(post: Post) -> PostCard:
    """The card of a post."""
    reason = post.reason if post.status in (*STATUSES_WITH_REASON, PostStatus.BACKLOG) else None
    return PostCard(
        id=post.id,
        text=excerpt(post.caption, MAX_EXCERPT) or "(no caption)",
        status=post.status,
        platforms=tuple(post.platforms),
        kind=post.post_type,
        at=calendar_instant(post),
        reason=excerpt(reason, MAX_REASON) if reason else None,
        is_gone=post.status in INACTIVE_STATUSES,
        moves=post.status in MOVABLE,
        swaps=post.status == PostStatus.SCHEDULED and post.scheduled_for is not None,
    )


def excerpt(text: str, max_length: int = MAX_EXCERPT) -> str:
    """The beginning of a text in one line, cut at a word if one ends near there."""
    return shorten(" ".join(text.split()), max_length)


def photo_post_ids(cards: Collection[PostCard]) -> list[str]:
    """The ids of the posts that have a photo to show."""
    return [each.id for each in cards if each.kind == "photo"]
