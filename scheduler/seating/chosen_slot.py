"""Finds a seat for a new post in the slot that its writer chose."""

from datetime import datetime

from sqlmodel import Session

from models.organizations import SocialSettings
from models.store.queue import seats
from models.store.queue.backlog import BacklogPost
from scheduler.seating.assignment import VIDEO_FULL, FreeSeat, untaken_seats
from scheduler.seating.move_post import (
    PAUSED,
    SLOT_FULL,
    WEEK_FULL,
    NoSuchSlot,
    SeatUnavailable,
)
from scheduler.seating.rule_calendar import RuleCalendar
from scheduler.seating.search_memory import MICROSECOND
from scheduler.seating.seat_backlog import current_limits
from scheduler.seating.shorts_limits import Candidate


def find_seat_in_slot(
    session: Session, settings: SocialSettings, newcomer: BacklogPost, at: datetime
) -> FreeSeat:
    """The first free seat of the slot at this instant. `settings` must be the locked row.

    NoSuchSlot, or SeatUnavailable where the slot is full or a limit on shorts forbids it.
    """
    if settings.is_paused:
        raise SeatUnavailable(PAUSED)
    slots = list(RuleCalendar(session, settings).rule_slots(at - MICROSECOND, at))
    if not slots:
        raise NoSuchSlot
    _check_limits(session, settings, newcomer, at)
    taken = seats.taken_numbers(session, [(each.queue_slot_id, each.slot.local) for each in slots])
    seat = next(untaken_seats(slots, taken, settings.max_posts_per_slot), None)
    if seat is None:
        raise SeatUnavailable(SLOT_FULL)
    return seat


def _check_limits(
    session: Session, settings: SocialSettings, newcomer: BacklogPost, at: datetime
) -> None:
    limits = current_limits(session, settings, [newcomer], at)
    candidate = Candidate(newcomer.id, newcomer.post_type == "video", newcomer.video_key)
    if limits.video_is_full(candidate):
        raise SeatUnavailable(VIDEO_FULL)
    if not limits.allows(candidate, at):
        raise SeatUnavailable(WEEK_FULL)
