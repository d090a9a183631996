"""The calendar: which slots have a free seat, and who takes it.

Every function that seats locks the organization's settings row first, so that two of them never
see the same seat free, and the backlog always goes before newcomers.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from models.organizations import SocialSettings
from models.slots import QueueSlot
from models.store import queue_slots, seats
from models.store.seats import Placement, Waiting
from scheduler import blackouts
from scheduler.occurrences import Rule, rule
from scheduler.seating import Candidate, FreeSeat, Limits, assign, free_seats, week_of
from scheduler.slots import opens_at
from scheduler.upcoming import Opening, QueueRule, upcoming


@dataclass(frozen=True, slots=True)
class Terms:
    """What the environment says of the calendar.

    A slot opens `lead_time` before its instant; the search for a free seat ends at the `horizon`;
    posts that missed their slot leave `late_spacing` apart.
    """

    lead_time: timedelta = timedelta(hours=24)
    horizon: timedelta = timedelta(weeks=52)
    late_spacing: timedelta = timedelta(seconds=60)


def rule_of(row: QueueSlot) -> Rule:
    """The pure rule of a queue slot's row."""
    return rule(row.rule, row.timezone, row.gap_policy, row.overlap_policy)


def openings(
    session: Session, settings: SocialSettings, now: datetime, terms: Terms
) -> Iterator[Opening]:
    """The organization's slots from now to the horizon; none while the queue is paused."""
    if settings.is_paused:
        return iter(())
    rows = queue_slots.active(session, settings.organization_id)
    rules = [QueueRule(row.id or 0, rule_of(row)) for row in rows]
    closed = blackouts.parse(settings.blackouts)
    return upcoming(rules, now, now + terms.horizon, closed)


def free(
    session: Session, settings: SocialSettings, now: datetime, terms: Terms
) -> Iterator[FreeSeat]:
    """Every free seat from now to the horizon, earliest first."""
    taken = seats.taken(session, settings.organization_id, now)
    slots = openings(session, settings, now, terms)
    return free_seats(slots, taken, settings.max_posts_per_slot)


def next_free_slots(
    session: Session, settings: SocialSettings, now: datetime, terms: Terms, count: int
) -> list[datetime]:
    """The instants of the next `count` slots that have a free seat; each once."""
    instants: dict[datetime, None] = {}
    for seat in free(session, settings, now, terms):
        instants[seat.slot.at] = None
        if len(instants) == count:
            break
    return list(instants)


def seat_backlog(session: Session, settings: SocialSettings, now: datetime, terms: Terms) -> int:
    """Give the free seats to the posts that wait for one, oldest first; returns how many sat down.

    `settings` must be the row that `seats.lock_organization` returned in this transaction. Who
    gets no seat is told why.
    """
    waiting = seats.backlog(session, settings.organization_id)
    if not waiting:
        return 0
    limits = _limits(session, settings, waiting, now)
    candidates = (Candidate(each.id, each.post_type == "video", each.video_key) for each in waiting)
    plan = assign(candidates, free(session, settings, now, terms), limits)
    placed = [place(each.post_id, seat, terms.lead_time) for each, seat in plan.seated]
    seats.sit_down(session, settings.organization_id, placed, now)
    why = "the queue is paused" if settings.is_paused else None
    seats.say_why(session, {each.post_id: why or reason for each, reason in plan.waiting})
    return len(placed)


def place(post_id: str, seat: FreeSeat, lead_time: timedelta) -> Placement:
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


def _limits(
    session: Session, settings: SocialSettings, waiting: Sequence[Waiting], now: datetime
) -> Limits:
    """The limits on shorts, with what counts against them; cheap where none is set."""
    zone_name, owner = settings.default_timezone, settings.organization_id
    limits = Limits(zone_name, settings.max_shorts_per_week, settings.max_shorts_of_same_video)
    if limits.per_week:
        since = now - timedelta(days=8)  # this local week began less than 8 days ago
        instants = seats.shorts_since(session, owner, since)
        limits.in_week = Counter(week_of(at, zone_name) for at in instants)
    if limits.per_video:
        keys = {each.video_key for each in waiting if each.video_key}
        limits.of_video = Counter(seats.shorts_of_videos(session, owner, sorted(keys)))
    return limits


def open_slot(session: Session, firing_id: int, now: datetime, terms: Terms) -> int:
    """Seat the backlog because a slot opens; one that is past its instant seats nobody."""
    organization_id, firing = queue_slots.firing(session, firing_id)
    if firing.slot_at <= now:
        return 0
    settings = seats.lock_organization(session, organization_id)
    return seat_backlog(session, settings, now, terms)
