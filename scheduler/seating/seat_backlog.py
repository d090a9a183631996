"""The seating transaction: gives free seats to the posts of the backlog, oldest first.

Every function that seats needs the organization's locked settings row. So no two transactions see
the same seat as free, and the backlog always goes before new posts. The settings row also stores
how far the last search came (`stored_search_memory`), and the next search starts there.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from models.organizations import SocialSettings
from models.store.queue import backlog, queue_slots, released_seats, seats
from models.store.queue.backlog import BacklogPost
from models.store.queue.queue_slots import QueueState
from models.store.queue.seats import Placement
from models.store.tenants import social_settings
from scheduler.recurrence.slots import opens_at
from scheduler.seating.assignment import Assignment, FreeSeat, assign
from scheduler.seating.free_seats import (
    find_free_seats,
    find_remembered_free_seats,
    free_seats_of,
)
from scheduler.seating.planned_seats import SeatPool, Wish, plan_seats
from scheduler.seating.rule_calendar import RuleCalendar
from scheduler.seating.scheduling_config import SchedulingConfig
from scheduler.seating.search_memory import MICROSECOND, SearchMemory, SeatCursor, SeatSearch
from scheduler.seating.shorts_limits import Candidate, ShortsLimits, week_start
from scheduler.seating.stored_search_memory import (
    load_search_memory,
    reset_search_memory,
    save_search_memory,
)


@dataclass(frozen=True, slots=True)
class Seating:
    """What a search decided, by post id: the seats, and why the other posts wait."""

    placed: dict[str, Placement]
    waiting: dict[str, str]


def seat_backlog(
    session: Session, settings: SocialSettings, now: datetime, scheduling: SchedulingConfig
) -> dict[str, datetime]:
    """Give the free seats to the backlog, oldest post first; returns post id → slot instant.

    `settings` must be the row that `social_settings.lock_organization` returned in this
    transaction. A post that gets no seat stores the reason, and is skipped until something
    changes.
    """
    seating = seat_with_newcomers(session, settings, (), now, scheduling)
    return {id_: each.slot_at for id_, each in seating.placed.items()}


def seat_with_newcomers(
    session: Session,
    settings: SocialSettings,
    newcomers: Sequence[BacklogPost],
    now: datetime,
    scheduling: SchedulingConfig,
) -> Seating:
    """Seat the backlog, and then posts that the caller is about to insert, with what was decided
    for them: an insert costs less than an insert and its changes."""
    owner = settings.organization_id
    calendar, until = RuleCalendar(session, settings), now + scheduling.horizon
    released = released_seats.consume(session, owner) if calendar.state.has_released else []
    memory = load_search_memory(settings, calendar.fingerprint).without_released(released)
    whole = memory.tried_until < until
    known = _list_backlog(session, owner, calendar.state, is_for_all=whole)
    search = _search(session, settings, calendar, memory, now, until, is_for_all=whole)
    waiting = [*known, *newcomers]
    assignment = _assign(session, settings, waiting, search, max(now, memory.shorts_start))
    seating = _to_seating(settings, assignment, scheduling)
    _write_seating(session, settings, known, seating, now)
    save_search_memory(
        session, settings, calendar.fingerprint, memory.updated_after(search, assignment)
    )
    return seating


def _list_backlog(
    session: Session, owner: str, state: QueueState, *, is_for_all: bool
) -> list[BacklogPost]:
    if is_for_all:
        return backlog.list_all(session, owner)
    return backlog.list_untried(session, owner) if state.has_untried else []


def _search(
    session: Session,
    settings: SocialSettings,
    calendar: RuleCalendar,
    memory: SearchMemory,
    now: datetime,
    until: datetime,
    *,
    is_for_all: bool,
) -> SeatSearch:
    """The free seats from where earlier searches ended."""
    first, first_for_shorts = max(now, memory.full_until), max(now, memory.shorts_start)

    def free_seats(after: datetime, until: datetime) -> Iterator[FreeSeat]:
        slots = calendar.rule_slots(after, until) if after < until else iter(())
        return free_seats_of(session, slots, settings.max_posts_per_slot)

    return SeatSearch(
        SeatCursor(
            free_seats(first, min(first_for_shorts, until)),
            lambda: first_for_shorts + MICROSECOND,
        ),
        SeatCursor(free_seats(first_for_shorts, until), lambda: calendar.first_beyond(until)),
        is_for_all,
    )


def _assign(
    session: Session,
    settings: SocialSettings,
    waiting: Sequence[BacklogPost],
    search: SeatSearch,
    after: datetime,
) -> Assignment:
    if not waiting:  # find the first free seat, so that `next_free_slots` need not search for it
        _ = next(search.not_for_shorts, None) or next(search.seats, None)
    limits = current_limits(session, settings, waiting, after)
    candidates = map(_candidate_of, waiting)
    return assign(candidates, search.seats, limits, search.not_for_shorts)


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


def plan_newcomers(
    session: Session,
    settings: SocialSettings,
    newcomers: Sequence[tuple[BacklogPost, datetime | None]],
    now: datetime,
    scheduling: SchedulingConfig,
) -> dict[str, FreeSeat]:
    """The seats that these posts would get if they joined the queue now in this order, after the
    backlog, by post id; each may name the slot that was chosen for it. Writes nothing."""
    known = backlog.list_all(session, settings.organization_id)
    limits = current_limits(session, settings, [*known, *(each for each, _ in newcomers)], now)
    free = find_remembered_free_seats(session, settings, now, scheduling)
    assignment = assign(map(_candidate_of, known), free, limits)
    wishes = [Wish(_candidate_of(each), slot) for each, slot in newcomers]
    return plan_seats(wishes, SeatPool(free, assignment.skipped), limits)


def has_posts_for_slot(session: Session, firing_id: int, now: datetime) -> bool:
    """Whether posts wait for a seat while a slot opens that is still to come."""
    organization_id, firing = queue_slots.get_firing(session, firing_id)
    return firing.slot_at > now and not backlog.is_empty(session, organization_id)


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


def _to_seating(
    settings: SocialSettings, assignment: Assignment, scheduling: SchedulingConfig
) -> Seating:
    lead_time = scheduling.lead_time
    placed = {
        each.post_id: placement_of(each.post_id, seat, lead_time)
        for each, seat in assignment.seated
    }
    why = "the queue is paused" if settings.is_paused else None
    return Seating(placed, {each.post_id: why or reason for each, reason in assignment.waiting})


def _write_seating(
    session: Session,
    settings: SocialSettings,
    known: Sequence[BacklogPost],
    seating: Seating,
    now: datetime,
) -> None:
    """Seat these posts, and store for the others why they wait, where that has changed."""
    placed = [seating.placed[each.id] for each in known if each.id in seating.placed]
    seats.seat_posts(session, settings.organization_id, placed, now)
    changed_reasons: dict[str, list[str]] = {}
    for each in known:
        why = seating.waiting.get(each.id)
        if why is not None and each.wait_reason != why:
            changed_reasons.setdefault(why, []).append(each.id)
    for why, ids in changed_reasons.items():
        backlog.set_turned_away(session, ids, why)


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
    if limits.per_week and any(each.post_type == "video" for each in waiting):
        since = after - timedelta(days=8)  # this local week began less than 8 days before
        instants = seats.list_shorts_since(session, owner, since)
        limits.in_week = Counter(week_start(at, zone_name) for at in instants)
    if limits.per_video:
        keys = {each.video_key for each in waiting if each.video_key}
        limits.of_video = Counter(seats.count_shorts_by_video(session, owner, sorted(keys)))
    return limits
