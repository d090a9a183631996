"""Moves a post to a slot that a person chose."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.organizations import SocialSettings
from models.posts import Post
from models.statuses import Desired, PostStatus
from models.store.posts import post_changes
from models.store.posts.post_changes import LockedPost
from models.store.queue import seats
from models.store.queue.backlog import BacklogPost
from models.store.queue.released_seats import SHORTS_QUOTA_STATUSES
from models.store.queue.seats import Placement
from models.tables import POST
from scheduler.recurrence.upcoming import RuleSlot
from scheduler.seating.assignment import VIDEO_FULL, FreeSeat, untaken_seats
from scheduler.seating.rule_calendar import RuleCalendar
from scheduler.seating.scheduling_config import SchedulingConfig
from scheduler.seating.search_memory import MICROSECOND
from scheduler.seating.seat_backlog import current_limits, placement_of, seat_backlog
from scheduler.seating.shorts_limits import Candidate, ShortsLimits, week_start

SLOT_FULL = "every seat of that slot is taken"
WEEK_FULL = "its week has as many shorts as maxShortsPerWeek"
PAUSED = "the queue is paused; resume it first"


class NoSuchSlot(Exception):
    """No rule has a slot at that instant, or a blackout covers it."""


class SeatUnavailable(Exception):
    """The slot exists, but the post cannot have a seat in it; the text says why."""


def move_to_slot(
    session: Session,
    settings: SocialSettings,
    locked: LockedPost,
    at: datetime,
    now: datetime,
    scheduling: SchedulingConfig,
) -> None:
    """Seat a post in the slot at a future instant, and wake its job.

    `settings` must be the locked row. The caller has checked that the post may be changed. Raises
    NoSuchSlot or SeatUnavailable. The old seat is free at once, or, if the provider has the post
    scheduled, as soon as that is undone.
    """
    post = locked.post
    seat = _choose_seat(session, settings, post, at)
    if _is_in_slot(post, seat):
        return
    placement = placement_of(post.id, seat, scheduling.lead_time)
    if (seat.queue_slot_id, seat.slot.local) not in seats.slots_of_post(session, post.id):
        seats.insert_seats(session, settings.organization_id, [placement])
    before = f", from {post.local_at:%Y-%m-%d %H:%M}" if post.local_at else ""
    note = f"to {seat.slot.local:%Y-%m-%d %H:%M} {seat.zone}{before}"
    columns = _post_columns(placement)
    post_changes.update_post(
        session, locked, PostStatus.SCHEDULED, now, step="move", note=note, **columns
    )
    seats.release_left_seats(session, post.id)
    seat_backlog(session, settings, now, scheduling)


def _post_columns(placement: Placement) -> dict[str, Any]:
    """The columns of a queued post that follow from its slot."""
    return {
        "desired": Desired.SCHEDULED,
        "publish_mode": "next_slot",
        "scheduled_for": placement.slot_at,
        "local_at": placement.local_at,
        "timezone": placement.zone,
        "opens_at": placement.opens_at,
        "late_at": None,
        "grace_from": None,
        "is_turned_away": False,
        "reason": None,
        "content_version": POST.c.content_version + 1,
    }


def _is_in_slot(post: Post, seat: FreeSeat) -> bool:
    """Whether the post is in that slot already, and on time."""
    is_queued = post.status == PostStatus.SCHEDULED and post.publish_mode == "next_slot"
    return is_queued and post.late_at is None and post.scheduled_for == seat.slot.at


def _choose_seat(session: Session, settings: SocialSettings, post: Post, at: datetime) -> FreeSeat:
    """The seat that the post already has at this instant, else the first free one."""
    if settings.is_paused:
        raise SeatUnavailable(PAUSED)
    slots = list(RuleCalendar(session, settings).rule_slots(at - MICROSECOND, at))
    if not slots:
        raise NoSuchSlot
    own = seats.slots_of_post(session, post.id)
    for each in slots:
        if (each.queue_slot_id, each.slot.local) in own:
            return FreeSeat(each.queue_slot_id, each.zone, each.slot, 0)
    _check_limits(session, settings, post, at)
    return _find_free_seat(session, slots, settings.max_posts_per_slot)


def _find_free_seat(session: Session, slots: list[RuleSlot], per_slot: int) -> FreeSeat:
    taken = seats.taken_numbers(session, [(each.queue_slot_id, each.slot.local) for each in slots])
    seat = next(untaken_seats(slots, taken, per_slot), None)
    if seat is None:
        raise SeatUnavailable(SLOT_FULL)
    return seat


def _check_limits(session: Session, settings: SocialSettings, post: Post, at: datetime) -> None:
    """SeatUnavailable where a limit on shorts forbids it; the post itself is not counted."""
    waiting = BacklogPost(post.id, post.post_type, post.video_key)
    limits = current_limits(session, settings, [waiting], at)
    _exclude_post(limits, post)
    candidate = Candidate(post.id, post.post_type == "video", post.video_key)
    if limits.video_is_full(candidate):
        raise SeatUnavailable(VIDEO_FULL)
    if not limits.allows(candidate, at):
        raise SeatUnavailable(WEEK_FULL)


def _exclude_post(limits: ShortsLimits, post: Post) -> None:
    if post.status not in SHORTS_QUOTA_STATUSES or post.post_type != "video":
        return
    if post.scheduled_for is not None:
        limits.in_week[week_start(post.scheduled_for, limits.zone)] -= 1
    if post.video_key is not None:
        limits.of_video[post.video_key] -= 1
