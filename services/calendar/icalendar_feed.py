"""The calendar as a feed for calendar programs (iCalendar, RFC 5545). Pure."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import STATUS, TRANSP, Calendar, Event

from models.posts import Delivery, Post
from models.statuses import PostStatus

LOOKBACK = timedelta(days=30)
LOOKAHEAD = timedelta(days=366)
# At most so many posts of the past, and so many to come: those nearest to now.
MAX_POSTS = (500, 1_500)
# A post takes no time, but what has no length is hard to see.
EVENT_LENGTH = timedelta(minutes=15)
REFRESH = timedelta(hours=1)
MAX_CAPTION = 60
BACKSLASH = "\N{SET MINUS}"
PRODUCT = "-//Slotbeat//Slotbeat//EN"
TENTATIVE = (
    PostStatus.DRAFT,
    PostStatus.PENDING_APPROVAL,
    PostStatus.BACKLOG,
    PostStatus.FAILED,
    PostStatus.MISSED,
    PostStatus.UNKNOWN,
)
CANCELLED = (PostStatus.REJECTED, PostStatus.CANCELLING, PostStatus.CANCELLED)
# What a person should see without opening the event.
STATUSES_IN_TITLE = (*TENTATIVE, *CANCELLED, PostStatus.PARTIAL)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One post of the feed. Everything that an event shows is in it."""

    post_id: str
    at: datetime
    status: str
    title: str
    changed_at: datetime
    link: str | None


def build_entry(
    post: Post, deliveries: Sequence[Delivery], changed_at: datetime | None
) -> FeedEntry:
    """A post of which at least one of its two instants, slot and publication, is known."""
    at = post.scheduled_for or post.published_at or post.accepted_at
    link = next((each.link for each in deliveries if each.link), None)
    title = _title(post.caption, post.platforms, post.status)
    return FeedEntry(
        post.id, at, post.status, title, changed_at or post.accepted_at, _safe_link(link)
    )


def _title(caption: str, platforms: Sequence[str], status: str) -> str:
    words = printable_line(caption) or "(no caption)"
    if len(words) > MAX_CAPTION:
        words = f"{words[:MAX_CAPTION].rsplit(' ', 1)[0]}…"
    said = f"{status.replace('_', ' ')}: " if status in STATUSES_IN_TITLE else ""
    return f"{said}{words} ({', '.join(platforms)})"


def printable_line(text: str) -> str:
    """A text in one line, without what a feed may not hold: control characters. A backslash becomes
    another: before an n, many programs and the library take it for a line's end."""
    kept = (" " if unicodedata.category(char) == "Cc" else char for char in text)
    return " ".join("".join(kept).replace("\\", BACKSLASH).split())


def _safe_link(link: str | None) -> str | None:
    """A link as the provider gave it, unless it is none."""
    is_link = link is not None and link.startswith(("https://", "http://"))
    return (
        link if is_link and link == printable_line(link or "") and " " not in (link or "") else None
    )


def feed_etag(name: str, entries: Sequence[FeedEntry]) -> str:
    """What stays the same as long as the feed does."""
    digest = hashlib.sha256(repr((PRODUCT, name, entries)).encode())
    return f'"{digest.hexdigest()[:32]}"'


def render_feed(organization_id: str, name: str, entries: Sequence[FeedEntry]) -> bytes:
    """The feed's text."""
    calendar = Calendar.new(
        name=printable_line(f"{name}: posts"),
        prodid=PRODUCT,
        uid=f"{organization_id}@slotbeat",
        method="PUBLISH",
        refresh_interval=REFRESH,
    )
    # RFC 7986 wants the type said, which the library leaves out.
    calendar["REFRESH-INTERVAL"].params["VALUE"] = "DURATION"
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
        url=each.link,
    )


def _status(status: str) -> STATUS:
    if status in CANCELLED:
        return STATUS.CANCELLED
    return STATUS.TENTATIVE if status in TENTATIVE else STATUS.CONFIRMED
