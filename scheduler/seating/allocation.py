"""The calendar: which slots have a free seat, and who takes it.

Every function that seats locks the organization's settings row first, so that two of them never
see the same seat free, and the backlog always goes before newcomers. What a search found out is
kept in that row (scheduler/seating/search_memory.py), so that the next one begins where it ended.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlmodel import Session

from models.organizations import SocialSettings
from models.queue_slots import QueueSlot
from models.store.queue import (
    backlog,
    queue_slots,
    released_seats,
    seats,
)
from models.store.queue.backlog import BacklogPost
from models.store.queue.queue_slots import ActiveRule
from models.store.queue.seats import Placement
from models.store.tenants import social_settings
from scheduler.recurrence import blackouts
from scheduler.recurrence.occurrences import Rule, build_rule, next_slot
from scheduler.recurrence.slots import opens_at
from scheduler.recurrence.upcoming import QueueRule, RuleSlot, upcoming_slots
from scheduler.seating.assignment import (
    Assignment,
    Candidate,
    FreeSeat,
    ShortsLimits,
    assign,
    free_seats,
    week_start,
)
from scheduler.seating.search_memory import (
    MAX_INSTANT,
    MIN_INSTANT,
    SearchMemory,
    SeatCursor,
    calendar_fingerprint,
)

# Slots whose seats are looked up in one statement: few at first, for most searches end soon.
FIRST_BATCH, MAX_BATCH = 4, 1024
# The settings that decide who may sit where, beside the rules.
SEAT_DECIDING_SETTINGS = (
    "is_paused",
    "blackouts",
    "max_posts_per_slot",
    "max_shorts_per_week",
    "max_shorts_of_same_video",
    "default_timezone",
)


@dataclass(frozen=True, slots=True)
class SchedulingConfig:
    """What the environment says of the calendar.

    A slot opens `lead_time` before its instant; the search for a free seat ends at the `horizon`;
    posts that missed their slot leave `late_spacing` apart.
    """

    lead_time: timedelta = timedelta(hours=24)
    horizon: timedelta = timedelta(weeks=52)
    late_spacing: timedelta = timedelta(seconds=60)


def rule_from_row(row: QueueSlot | ActiveRule) -> Rule:
    """The pure rule of a queue slot's row."""
    return build_rule(row.rule, row.timezone, row.gap_policy, row.overlap_policy)


class RuleCalendar:
    """An organization's rules and dates as they are; no slot at all while its queue is paused.

    `name` differs wherever somebody could sit elsewhere than in another calendar.
    """

    def __init__(self, session: Session, settings: SocialSettings) -> None:
        owner = settings.organization_id
        rows = [] if settings.is_paused else queue_slots.list_active_rules(session, owner)
        self._rules = [QueueRule(row.id, rule_from_row(row)) for row in rows]
        self._blackouts = blackouts.parse_ranges(settings.blackouts)
        self.fingerprint = calendar_fingerprint(
            rows, *(getattr(settings, name) for name in SEAT_DECIDING_SETTINGS)
        )

    def rule_slots(self, after: datetime, until: datetime) -> Iterator[RuleSlot]:
        """The slots after an instant and up to another."""
        return upcoming_slots(self._rules, after, until, self._blackouts)

    def first_beyond(self, until: datetime) -> datetime:
        """The first slot after an instant; a blackout may cover it."""
        found = (next_slot(each.rule, until) for each in self._rules)
        return min((slot.at for slot in found if slot is not None), default=MAX_INSTANT)


def find_free_seats(
    session: Session, settings: SocialSettings, now: datetime, scheduling: SchedulingConfig
) -> Iterator[FreeSeat]:
    """Every free seat from now to the horizon, earliest first."""
    slots = RuleCalendar(session, settings).rule_slots(now, now + scheduling.horizon)
    return _find_free_seats(session, slots, settings.max_posts_per_slot)


def _find_free_seats(
    session: Session, slots: Iterator[RuleSlot], per_slot: int, size: int = FIRST_BATCH
) -> Iterator[FreeSeat]:
    """The seats of these slots that are free, looked up some slots at a time."""
    while some := list(islice(slots, size)):
        taken = seats.taken_numbers(
            session, [(each.queue_slot_id, each.slot.local) for each in some]
        )
        yield from free_seats(some, taken, per_slot)
        size = min(2 * size, MAX_BATCH)


def next_free_slots(
    session: Session,
    settings: SocialSettings,
    now: datetime,
    scheduling: SchedulingConfig,
    count: int,
) -> list[datetime]:
    """The instants of the next `count` slots that have a free seat; each once."""
    calendar = RuleCalendar(session, settings)
    released = released_seats.list_pending(session, settings.organization_id)
    memory = _load_search_memory(settings, calendar.fingerprint).without_released(released)
    slots = calendar.rule_slots(max(now, memory.full_until), now + scheduling.horizon)
    instants: dict[datetime, None] = {}
    for seat in _find_free_seats(session, slots, settings.max_posts_per_slot, count + 1):
        instants[seat.slot.at] = None
        if len(instants) == count:
            break
    return list(instants)


def seat_backlog(
    session: Session, settings: SocialSettings, now: datetime, scheduling: SchedulingConfig
) -> dict[str, datetime]:
    """Give the free seats to the posts that wait for one, oldest first; returns who got which.

    `settings` must be the row that `social_settings.lock_organization` returned in this
    transaction. Who gets no seat is told why, and is passed over until something has changed.
    """
    owner = settings.organization_id
    calendar, until = RuleCalendar(session, settings), now + scheduling.horizon
    memory = _load_search_memory(settings, calendar.fingerprint).without_released(
        released_seats.consume(session, owner)
    )
    whole = memory.tried_until < until
    waiting = (backlog.list_all if whole else backlog.list_untried)(session, owner)
    shorts_only = bool(waiting) and all(each.post_type == "video" for each in waiting)
    after = max(now, memory.search_start(shorts_only=shorts_only))
    slots = _find_free_seats(
        session, calendar.rule_slots(after, until), settings.max_posts_per_slot
    )
    search = SeatCursor(slots, lambda: calendar.first_beyond(until))
    assignment = Assignment([], [])
    if waiting:
        limits = current_limits(session, settings, waiting, after)
        assignment = assign(map(_candidate_of, waiting), search, limits)
    else:  # one look, so that whoever asks for the next slots need not walk
        next(search, None)
    seated = _write_assignment(session, settings, waiting, assignment, now, scheduling)
    memory = memory.updated_after(search, assignment, shorts_only=shorts_only, whole_backlog=whole)
    _save_search_memory(session, settings, calendar.fingerprint, memory)
    return seated


def preview_seats(
    session: Session,
    settings: SocialSettings,
    newcomers: Sequence[BacklogPost],
    now: datetime,
    scheduling: SchedulingConfig,
) -> dict[str, FreeSeat]:
    """The seats that posts would get which came now, behind who waits already; nothing is
    written."""
    waiting = [*backlog.list_all(session, settings.organization_id), *newcomers]
    limits = current_limits(session, settings, waiting, now)
    assignment = assign(
        map(_candidate_of, waiting), find_free_seats(session, settings, now, scheduling), limits
    )
    new = {each.id for each in newcomers}
    return {each.post_id: seat for each, seat in assignment.seated if each.post_id in new}


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
    """Seat those who have one, and tell the others why they have none, where that is news."""
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


def _load_search_memory(settings: SocialSettings, fingerprint: str) -> SearchMemory:
    """What the row remembers of the calendar of this name."""
    if settings.searched_calendar != fingerprint:
        return SearchMemory()
    until = (settings.full_until, settings.shorts_until, settings.tried_until)
    return SearchMemory(*(each or MIN_INSTANT for each in until))


def _save_search_memory(
    session: Session, settings: SocialSettings, fingerprint: str, memory: SearchMemory
) -> None:
    settings.searched_calendar = fingerprint
    for claim in SearchMemory.__slots__:
        until = getattr(memory, claim)
        setattr(settings, claim, None if until == MIN_INSTANT else until)
    session.add(settings)
    session.flush()


def reset_search_memory(session: Session, settings: SocialSettings) -> None:
    """Let the next search look at everything. `settings` must be the locked row."""
    settings.searched_calendar = None
    session.add(settings)
    session.flush()


def placement_of(post_id: str, seat: FreeSeat, lead_time: timedelta) -> Placement:
    """A post on a free seat."""
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
    """The limits on shorts, with what counts against them; cheap where none is set. Shorts of weeks
    before that of `after` are not counted."""
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


def open_slot(session: Session, firing_id: int, now: datetime, scheduling: SchedulingConfig) -> int:
    """Seat the backlog because a slot opens; one that is past its instant seats nobody.

    Where somebody waits, whatever was remembered of the calendar is looked at anew. Where nobody
    does, the lock is left alone: new rules open all slots of their lead time at once, and whoever
    comes to wait meanwhile looks for a seat under the lock.
    """
    organization_id, firing = queue_slots.get_firing(session, firing_id)
    if firing.slot_at <= now or backlog.is_empty(session, organization_id):
        return 0
    settings = social_settings.lock_organization(session, organization_id)
    reset_search_memory(session, settings)
    return len(seat_backlog(session, settings, now, scheduling))
