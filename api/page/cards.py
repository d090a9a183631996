"""A post in a few words. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models.posts import Post
from models.statuses import PostStatus

EXCERPT: Final = 90
REASON: Final = 120
NAMES: Final = {
    "gmb": "Google Business",
    "linkedin": "LinkedIn",
    "tiktok": "TikTok",
    "youtube": "YouTube",
}
GONE: Final = (PostStatus.REJECTED, PostStatus.CANCELLING, PostStatus.CANCELLED)
TOLD: Final = (PostStatus.FAILED, PostStatus.MISSED, PostStatus.UNKNOWN, PostStatus.PARTIAL)


@dataclass(frozen=True, slots=True)
class Card:
    """What a calendar shows of a post. `at` is its slot's instant, or when it went out."""

    id: str
    text: str
    status: str
    platforms: str
    kind: str
    at: datetime | None
    reason: str | None
    is_gone: bool


def card(post: Post) -> Card:
    """The card of a row."""
    reason = post.reason if post.status in (*TOLD, PostStatus.BACKLOG) else None
    return Card(
        id=post.id,
        text=excerpt(post.caption, EXCERPT) or "(no caption)",
        status=post.status,
        platforms=", ".join(platform_name(each) for each in post.platforms),
        kind=post.post_type,
        at=post.scheduled_for or post.published_at,
        reason=excerpt(reason, REASON) if reason else None,
        is_gone=post.status in GONE,
    )


def platform_name(platform: str) -> str:
    """As the network writes itself."""
    return NAMES.get(platform) or platform.capitalize()


def excerpt(text: str, most: int = EXCERPT) -> str:
    """The beginning of a text, in one line."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    return f"{line[:most].rsplit(' ', 1)[0]}…"


def photos(cards: Collection[Card]) -> list[str]:
    """The posts whose picture can be shown."""
    return [each.id for each in cards if each.kind == "photo"]
