"""The seating transaction: gives free seats to the posts of the backlog, oldest first.

Every function that seats needs the organization's locked settings row. So no two transactions see
the same seat as free, and the backlog always goes before new posts. The settings row also stores
how far the last search came (`stored_search_memory`), and the next search starts there.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from models.organizations import SocialSettings
from models.store.queue import backlog, queue_slots, released_seats, seats
from models.store.queue.backlog import BacklogPost
from models.store.queue.seats import Placement
from models.store.tenants import social_settings
from scheduler.recurrence.slots import opens_at
from scheduler.seating.assignment import Assignment, FreeSeat, assign
from scheduler.seating.free_seats import find_free_seats, free_seats_of
from scheduler.seating.rule_calendar import RuleCalendar
from scheduler.seating.scheduling_config import SchedulingConfig
from scheduler.seating.search_memory import SeatCursor
from scheduler.seating.shorts_limits import Candidate, ShortsLimits, week_start
from scheduler.seating.stored_search_memory import (
    load_search_memory,
    reset_search_memory,
    save_search_memory,
)


def seat_backlog(
    session: Session, settings: SocialSettings, now: datetime, scheduling: SchedulingConfig
) -> dict[str, datetime]:
    """Give the free seats to the backlog, oldest post first; returns post id → slot instant.

    `settings` must be the row that `social_settings.lock_organization` returned in this
    transaction. A post that gets no seat stores the reason, and is skipped until something
    changes.
    """
    owner = settings.organization_id
    calendar, until = RuleCalendar(session, settings), now + scheduling.horizon
    memory = load_search_memory(settings, calendar.fingerprint).without_released(
        released_seats.consume(session, owner)
    )
    whole = memory.tried_until < until
    waiting = (backlog.list_all if whole else backlog.list_untried)(session, owner)
    shorts_only = bool(waiting) and all(each.post_type == "video" for each in waiting)
    after = max(now, memory.search_start(shorts_only=shorts_only))
    slots = calendar.rule_slots(after, until)
    search = SeatCursor(
        free_seats_of(session, slots, settings.max_posts_per_slot),
        lambda: calendar.first_beyond(until),
    )
    assignment = Assignment([], [])
    if waiting:
        limits = current_limits(session, settings, waiting, after)
        assignment = assign(map(_candidate_of, waiting), search, limits)
    else:  # find the first free seat, so that `next_free_slots` need not search for it
        next(search, None)
    seated = _write_assignment(session, settings, waiting, assignment, now, scheduling)
    memory = memory.updated_after(search, assignment, shorts_only=shorts_only, whole_backlog=whole)
    save_search_memory(session, settings, calendar.fingerprint, memory)
    return seated


def preview_seats(
    session: Session,
    settings: SocialSettings,
    newcomers: Sequence[BacklogPost],
    now: datetime,
    scheduling: SchedulingConfig,
) -> dict[str, FreeSeat]:
    """The seats that new posts would get now, after the backlog, by post id. Writes nothing."""
    waiting = [*backlog.list_all(session, settings.organization_id), *newcomers]
    limits = current_limits(session, settings, waiting, now)
    assignment = assign(
        map(_candidate_of, waiting), find_free_seats(session, settings, now, scheduling), limits
    )
    new = {each.id for each in newcomers}
    return {each.post_id: seat for each, seat in assignment.seated if each.post_id in new}


def seat_backlog_for_slot(
    session: Session, firing_id: int, now: datetime, scheduling: SchedulingConfig
) -> int:
    """Seat the backlog because a slot opens; returns how many posts. A past slot seats nobody.

    With posts in the backlog the search memory is reset first. With an empty backlog the settings
    row is not locked: new rules open all slots of their lead time at once, and a post that arrives
    meanwhile searches for a seat under its own lock.
    """
    organization_id, firing = queue_slots.get_firing(session, firing_id)
    if firing.slot_at <= now or backlog.is_empty(session, organization_id):
        return 0
    settings = social_settings.lock_organization(session, organization_id)
    reset_search_memory(session, settings)
    return len(seat_backlog(session, settings, now, scheduling))


def _candidate_of(each: BacklogPost) -> Candidate:
    return Candidate(each.id, each.post_type == "video", each.video_key)


def _write_assignment(
    session: Session,
    settings: SocialSettings,
    waiting: Sequence[BacklogPost],
    assignment: Assignment,
    now: datetime,
    scheduling: SchedulingConfig,
) -> dict[str, datetime]:
    """Seat the assigned posts, and store for the others why they wait, where that has changed."""
    placed = [
        placement_of(each.post_id, seat, scheduling.lead_time) for each, seat in assignment.seated
    ]
    seats.seat_posts(session, settings.organization_id, placed, now)
    previous_reasons = {each.id: each.wait_reason for each in waiting}
    changed_reasons: dict[str, list[str]] = {}
    for each, reason in assignment.waiting:
        why = "the queue is paused" if settings.is_paused else reason
        if previous_reasons[each.post_id] != why:
            changed_reasons.setdefault(why, []).append(each.post_id)
    for why, ids in changed_reasons.items():
        backlog.set_turned_away(session, ids, why)
    return {each.post_id: each.slot_at for each in placed}


def placement_of(post_id: str, seat: FreeSeat, lead_time: timedelta) -> Placement:
    """A post on a free seat, as the store writes it."""
    return Placement(
        post_id=post_id,
        queue_slot_id=seat.queue_slot_id,
        local_at=seat.slot.local,
        slot_at=seat.slot.at,
        number=seat.number,
        zone=seat.zone,
        opens_at=opens_at(seat.slot.at, lead_time, seat.queue_slot_id),
    )


def current_limits(
    session: Session, settings: SocialSettings, waiting: Sequence[BacklogPost], after: datetime
) -> ShortsLimits:
    """The limits on shorts, and what counts against them; no query where no limit is set.

    Shorts in weeks before that of `after` are not counted.
    """
    zone_name, owner = settings.default_timezone, settings.organization_id
    limits = ShortsLimits(
        zone_name, settings.max_shorts_per_week, settings.max_shorts_of_same_video
    )
    if limits.per_week:
        since = after - timedelta(days=8)  # this local week began less than 8 days before
        instants = seats.list_shorts_since(session, owner, since)
        limits.in_week = Counter(week_start(at, zone_name) for at in instants)
    if limits.per_video:
        keys = {each.video_key for each in waiting if each.video_key}
        limits.of_video = Counter(seats.count_shorts_by_video(session, owner, sorted(keys)))
    return limits
