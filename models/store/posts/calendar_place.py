"""Where a post is on the calendar: its instant, and the query for a range of time.

A post is at its slot or at the time that it was given; without one, where it was published. A post
that goes out at once has neither until it is published: it is where it was asked to go out.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, func, not_, or_, select, union_all

from models.posts import Post
from models.statuses import PostStatus
from models.store.posts.post_filters import NO_FILTERS, PostFilters, conditions
from models.tables import POST

# The publish mode of posts that go out at once.
AT_ONCE_MODE = "publish_now"
# In these it goes out, or a person has to look at it. Its last start counts, after an approval or a
# retry.
STARTED = (
    PostStatus.SCHEDULED,
    PostStatus.PUBLISHING,
    PostStatus.PARTIAL,
    PostStatus.FAILED,
    PostStatus.MISSED,
    PostStatus.UNKNOWN,
    PostStatus.CANCELLING,
)


def calendar_instant(post: Post) -> datetime | None:
    """The post's place on the calendar; None for a post without one, such as a draft."""
    at = post.scheduled_for or post.published_at
    if at is not None or post.publish_mode != AT_ONCE_MODE:
        return at
    if post.status == PostStatus.CANCELLED:
        return post.accepted_at
    return post.late_at or post.accepted_at if post.status in STARTED else None


def select_between(
    columns: Iterable[Any],
    organization_id: str,
    start: datetime,
    end: datetime,
    filters: PostFilters = NO_FILTERS,
) -> CompoundSelect[Any]:
    """Columns of the organization's posts on the calendar from `start` to before `end`, of those
    that match.

    A post is found by its slot as well as by its publication, once. Each of the queries reads one
    index; SQLite would read the whole history for one query with all these conditions.
    """
    own = select(*columns).where(*conditions(organization_id, filters))
    slot, live = POST.c.scheduled_for, POST.c.published_at
    has_slot_here = and_(slot.is_not(None), slot >= start, slot < end)
    return union_all(
        own.where(slot >= start, slot < end),
        own.where(live >= start, live < end, not_(has_slot_here)),
        *(own.where(*conditions) for conditions in _started_between(start, end)),
    )


def _started_between(
    start: datetime, end: datetime
) -> tuple[tuple[ColumnElement[bool], ...], tuple[ColumnElement[bool], ...]]:
    """The conditions of posts that go out at once and are not published: those that were started by
    their acceptance in this range, and those that were started later, in this range."""
    accepted, late, status = POST.c.accepted_at, POST.c.late_at, POST.c.status
    unpublished = (
        POST.c.publish_mode == AT_ONCE_MODE,
        # In one, because most posts have no slot: SQLite would read all of them by its index.
        func.coalesce(POST.c.scheduled_for, POST.c.published_at).is_(None),
    )
    is_cancelled = status == PostStatus.CANCELLED
    is_started_first = or_(is_cancelled, and_(late.is_(None), status.in_(STARTED)))
    return (
        (accepted >= start, accepted < end, is_started_first, *unpublished),
        (late >= start, late < end, status.in_(STARTED), *unpublished),
    )
