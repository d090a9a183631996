"""Exchanges the places of two scheduled posts: slots of the queue, or instants of their own."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.organizations import SocialSettings
from models.posts import Post
from models.statuses import PostStatus
from models.store.posts import post_changes
from models.store.posts.post_changes import LockedPost
from models.store.queue import seat_swaps, seats
from models.store.queue.backlog import BacklogPost
from models.tables import POST
from scheduler.seating.move_post import PAUSED, WEEK_FULL, SeatUnavailable
from scheduler.seating.scheduling_config import SchedulingConfig
from scheduler.seating.seat_backlog import current_limits, seat_backlog
from scheduler.seating.shorts_limits import week_start

BUSY = "an earlier move of one of them is still being made at its network; try again in a moment"
# What a post's place on the calendar consists of.
PLACE = ("publish_mode", "scheduled_for", "local_at", "timezone", "opens_at")
QUEUED = "next_slot"


def swap_posts(
    session: Session,
    settings: SocialSettings,
    first: LockedPost,
    second: LockedPost,
    now: datetime,
    scheduling: SchedulingConfig,
) -> None:
    """Give each of two scheduled posts the other's place, and wake their jobs.

    `settings` must be the locked row. The caller has checked that both may be changed, and that
    their instants lie ahead. Raises SeatUnavailable.
    """
    pair = (first.post, second.post)
    if first.post.scheduled_for == second.post.scheduled_for:
        return
    if settings.is_paused and any(post.publish_mode == QUEUED for post in pair):
        raise SeatUnavailable(PAUSED)
    _check_week(session, settings, first.post, second.post, now)
    _check_week(session, settings, second.post, first.post, now)
    try:
        seat_swaps.exchange_seats(session, *pair)
    except seat_swaps.SeatsBusy:
        raise SeatUnavailable(BUSY) from None
    places = [_place_of(post) for post in pair]
    for locked, place in ((first, places[1]), (second, places[0])):
        _write_place(session, locked, place, now)
    for post_id in (first.post.id, second.post.id):
        seats.release_left_seats(session, post_id)
    seat_backlog(session, settings, now, scheduling)


def _place_of(post: Post) -> dict[str, Any]:
    return {name: getattr(post, name) for name in PLACE}


def _write_place(
    session: Session, locked: LockedPost, place: dict[str, Any], now: datetime
) -> None:
    note = f"to {place['local_at']:%Y-%m-%d %H:%M} {place['timezone']}, by exchange"
    columns = {"grace_from": None, "content_version": POST.c.content_version + 1}
    post_changes.update_post(
        session, locked, PostStatus.SCHEDULED, now, step="move", note=note, **place, **columns
    )


def _check_week(
    session: Session, settings: SocialSettings, post: Post, other: Post, now: datetime
) -> None:
    """SeatUnavailable where the post is a short that would be one too many in its new week."""
    if post.post_type != "video" or other.post_type == "video" or other.publish_mode != QUEUED:
        return
    before, after = post.scheduled_for, other.scheduled_for
    assert before is not None  # noqa: S101  (both are scheduled)
    assert after is not None  # noqa: S101
    week = week_start(after, settings.default_timezone)
    waiting = [BacklogPost(post.id, post.post_type, post.video_key)]
    limits = current_limits(session, settings, waiting, now)
    is_full = limits.per_week and limits.in_week[week] >= limits.per_week
    if is_full and week_start(before, settings.default_timezone) != week:
        raise SeatUnavailable(WEEK_FULL)
