"""The posts as a feed for calendar programs (iCalendar, RFC 5545 and RFC 7986). Pure."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import STATUS, TRANSP, Calendar, Event, vDuration

from media.graphemes import shorten
from models.posts import Delivery, Post
from models.statuses import UNAPPROVED, PostStatus

LOOKBACK = timedelta(days=30)
LOOKAHEAD = timedelta(days=366)
# The most posts in the past and in the future; those nearest to now come first.
MAX_POSTS = (500, 1_500)
# A post has no duration, but calendar programs hardly show an event without one.
EVENT_LENGTH = timedelta(minutes=15)
REFRESH = timedelta(hours=1)
MAX_CAPTION = 60
BACKSLASH = "\N{SET MINUS}"
PRODUCT = "-//Slotbeat//Slotbeat//EN"
TENTATIVE = (
    PostStatus.DRAFT,
    *UNAPPROVED,
    PostStatus.BACKLOG,
    PostStatus.FAILED,
    PostStatus.MISSED,
    PostStatus.UNKNOWN,
)
# A post never leaves these.
GONE = (PostStatus.REJECTED, PostStatus.CANCELLED)
CANCELLED = (*GONE, PostStatus.CANCELLING)
# A title names these statuses, so that people see them without opening the event.
STATUSES_IN_TITLE = (*TENTATIVE, *CANCELLED, PostStatus.PARTIAL)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One post of the feed, with everything that its event shows."""

    post_id: str
    at: datetime
    status: str
    title: str
    changed_at: datetime
    sequence: int
    link: str | None


def build_entry(
    post: Post, deliveries: Sequence[Delivery], changed_at: datetime | None
) -> FeedEntry:
    """The entry of a post. Its instant is its slot, else its publication, else its acceptance."""
    at = post.scheduled_for or post.published_at or post.accepted_at
    link = next((each.link for each in deliveries if each.link), None)
    title = _title(post.caption, post.platforms, post.status)
    return FeedEntry(
        post_id=post.id,
        at=at,
        status=post.status,
        title=title,
        changed_at=changed_at or post.accepted_at,
        sequence=_sequence(post),
        link=_safe_link(link),
    )


def _sequence(post: Post) -> int:
    """The number of the event's revision (RFC 5545, 3.8.7.4): it rises with each new instant or
    caption and with the cancellation, and never falls."""
    return post.content_version - 1 + (post.status in GONE)


def is_shown(entry: FeedEntry, now: datetime) -> bool:
    """Whether an entry belongs to the feed. What was cancelled stays for a while, as a cancelled
    event, so that programs that keep old events remove it."""
    return entry.status not in GONE or entry.changed_at >= now - LOOKBACK


def last_change(entries: Sequence[FeedEntry]) -> datetime | None:
    """The newest change of an entry; None for an empty feed."""
    return max((each.changed_at for each in entries), default=None)


def _title(caption: str, platforms: Sequence[str], status: str) -> str:
    words = shorten(printable_line(caption) or "(no caption)", MAX_CAPTION)
    prefix = f"{status.replace('_', ' ')}: " if status in STATUSES_IN_TITLE else ""
    return f"{prefix}{words} ({', '.join(platforms)})"


def printable_line(text: str) -> str:
    """A text in one line, without control characters, which a feed must not contain.

    A backslash becomes a similar character: many programs, and the library too, read a backslash
    before an "n" as a line break.
    """
    cleaned = (" " if unicodedata.category(char) == "Cc" else char for char in text)
    return " ".join("".join(cleaned).replace("\\", BACKSLASH).split())


def _safe_link(link: str | None) -> str | None:
    """The provider's link; None where it is no web address."""
    is_link = link is not None and link.startswith(("https://", "http://"))
    return (
        link if is_link and link == printable_line(link or "") and " " not in (link or "") else None
    )


def feed_etag(name: str, entries: Sequence[FeedEntry]) -> str:
    """An ETag: it changes when, and only when, the feed changes."""
    digest = hashlib.sha256(repr((PRODUCT, name, entries)).encode())
    return f'"{digest.hexdigest()[:32]}"'


def render_feed(organization_id: str, name: str, entries: Sequence[FeedEntry]) -> bytes:
    """The feed as iCalendar text."""
    calendar = Calendar.new(
        name=printable_line(f"{name}: posts"),
        prodid=PRODUCT,
        uid=f"{organization_id}@slotbeat",
        method="PUBLISH",
        refresh_interval=REFRESH,
    )
    # RFC 7986 requires the value type here; the library leaves it out.
    calendar["REFRESH-INTERVAL"].params["VALUE"] = "DURATION"
    # Outlook's name for the same.
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    for each in entries:
        calendar.add_component(_event(each))
    text: bytes = calendar.to_ical()
    return text


def _event(each: FeedEntry) -> Event:
    changed = each.changed_at.replace(microsecond=0)
    at = each.at.replace(microsecond=0)
    return Event.new(
        uid=f"{each.post_id}@slotbeat",
        start=at,
        end=at + EVENT_LENGTH,
        summary=each.title,
        status=_status(each.status),
        transparency=TRANSP.TRANSPARENT,
        stamp=changed,
        last_modified=changed,
        sequence=each.sequence,
        url=each.link,
    )


def _status(status: str) -> STATUS:
    if status in CANCELLED:
        return STATUS.CANCELLED
    return STATUS.TENTATIVE if status in TENTATIVE else STATUS.CONFIRMED
