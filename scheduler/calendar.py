"""The calendar: which slots have a free seat, and who takes it.

Every function that seats locks the organization's settings row first, so that two of them never
see the same seat free, and the backlog always goes before newcomers.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlmodel import Session

from models.organizations import SocialSettings
from models.slots import QueueSlot, Seat
from models.statuses import PostStatus
from models.store import jobs, posts, queue_slots, seats
from models.task_names import JobKind
from scheduler.slots import Rule, Slot, occurrences, opens_at, parse_rule

HORIZON = timedelta(weeks=52)


@dataclass(frozen=True, slots=True)
class FreeSeat:
    """A seat that nobody has: its rule's row, its slot, and its number within the slot."""

    queue_slot_id: int
    zone: str
    slot: Slot
    number: int


def rule_of(row: QueueSlot) -> Rule:
    """The pure rule of a queue slot's row."""
    return parse_rule(row.day_of_week, row.time, row.timezone, has_own_zone=row.has_own_zone)


def upcoming(
    rows: Sequence[QueueSlot], now: datetime, until: datetime
) -> Iterator[tuple[Slot, QueueSlot]]:
    """The slots of these rules after `now` and up to `until`, in the order of their instants."""
    streams = [_slots_of(row, now) for row in rows]
    for slot, row in heapq.merge(*streams, key=lambda pair: (pair[0].at, pair[1].id)):
        if slot.at > until:
            return
        yield slot, row


def _slots_of(row: QueueSlot, now: datetime) -> Iterator[tuple[Slot, QueueSlot]]:
    for slot in occurrences(rule_of(row), now):
        yield slot, row


def free_seats(session: Session, settings: SocialSettings, now: datetime) -> Iterator[FreeSeat]:
    """Every free seat from now to the horizon, earliest first."""
    rows = queue_slots.active(session, settings.organization_id)
    taken = seats.taken(session, settings.organization_id, now)
    for slot, row in upcoming(rows, now, now + HORIZON):
        assert row.id is not None  # noqa: S101  (read from the database)
        numbers = taken.get((row.id, slot.local), set())
        for number in range(settings.max_posts_per_slot):
            if number not in numbers:
                yield FreeSeat(row.id, row.timezone, slot, number)


def next_free_slots(
    session: Session, settings: SocialSettings, now: datetime, count: int
) -> list[datetime]:
    """The instants of the next `count` slots that have a free seat; each once."""
    instants: dict[datetime, None] = {}
    for seat in free_seats(session, settings, now):
        instants[seat.slot.at] = None
        if len(instants) > count:
            break
    return list(islice(instants, count))


def seat_backlog(
    session: Session, settings: SocialSettings, now: datetime, lead_time: timedelta
) -> int:
    """Give the free seats to the posts that wait for one, oldest first; returns how many sat down.

    `settings` must be the row that `seats.lock_organization` returned in this transaction.
    """
    waiting = seats.backlog(session, settings.organization_id)
    if not waiting:
        return 0
    seated = list(zip(waiting, free_seats(session, settings, now), strict=False))
    jobs.wake(session, JobKind.POST, [post_id for post_id, _ in seated], now)
    for post_id, free in seated:
        _sit_down(session, settings.organization_id, post_id, free, now, lead_time)
    return len(seated)


def _sit_down(
    session: Session,
    organization_id: str,
    post_id: str,
    free: FreeSeat,
    now: datetime,
    lead_time: timedelta,
) -> None:
    seat = Seat(
        organization_id=organization_id,
        queue_slot_id=free.queue_slot_id,
        local_at=free.slot.local,
        slot_at=free.slot.at,
        number=free.number,
        post_id=post_id,
    )
    seats.take(session, [seat])
    opens = opens_at(free.slot.at, lead_time, free.queue_slot_id)
    seats.set_slot(session, post_id, seat, free.zone, opens)
    posts.become(session, post_id, PostStatus.BACKLOG, PostStatus.SCHEDULED, now, step="seat")


def open_slot(session: Session, firing_id: int, now: datetime, lead_time: timedelta) -> int:
    """Seat the backlog because a slot opens; one that is past its instant seats nobody."""
    organization_id, firing = queue_slots.firing(session, firing_id)
    if firing.slot_at <= now:
        return 0
    settings = seats.lock_organization(session, organization_id)
    return seat_backlog(session, settings, now, lead_time)
