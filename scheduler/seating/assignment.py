"""Assigns waiting posts to free seats, in one pass over both. Pure."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from scheduler.recurrence.slots import Slot
from scheduler.recurrence.upcoming import RuleSlot
from scheduler.seating.shorts_limits import Candidate, ShortsLimits

NO_SEATS_TAKEN: frozenset[int] = frozenset()
NO_FREE_SEAT = "no free seat within the horizon of the search"
WEEKS_FULL = "every week with a free seat has as many shorts as maxShortsPerWeek"
VIDEO_FULL = "its video has as many shorts as maxShortsOfSameVideo"


@dataclass(frozen=True, slots=True)
class FreeSeat:
    """A seat that no post has: its rule's id, its slot, and its number within the slot."""

    queue_slot_id: int
    zone: str
    slot: Slot
    number: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """The posts with their seats, and the posts without one, each with the reason.

    `skipped`: free seats that shorts may not take, because their week is full.
    """

    seated: list[tuple[Candidate, FreeSeat]]
    waiting: list[tuple[Candidate, str]]
    skipped: deque[FreeSeat] = field(default_factory=deque)


def untaken_seats(
    rule_slots: Iterable[RuleSlot], taken: Mapping[tuple[int, datetime], set[int]], per_slot: int
) -> Iterator[FreeSeat]:
    """The seats of these slots whose numbers are not taken, in order.

    `taken` holds seat numbers by (queue slot id, local date and time).
    """
    for rule_slot in rule_slots:
        numbers = taken.get((rule_slot.queue_slot_id, rule_slot.slot.local), NO_SEATS_TAKEN)
        for number in range(per_slot):
            if number not in numbers:
                yield FreeSeat(rule_slot.queue_slot_id, rule_slot.zone, rule_slot.slot, number)


def assign(
    candidates: Iterable[Candidate],
    free: Iterator[FreeSeat],
    limits: ShortsLimits,
    not_for_shorts: Iterable[FreeSeat] = (),
) -> Assignment:
    """Give each post, in order, the first free seat that the limits allow it.

    A seat that a short may not take goes to the next post that is no short. Later shorts need not
    try it: their week is just as full. `not_for_shorts`: free seats before those of `free`, of
    which it is known already.
    """
    assignment = Assignment([], [])
    skipped, early = assignment.skipped, iter(not_for_shorts)
    for candidate in candidates:
        if limits.video_is_full(candidate):
            assignment.waiting.append((candidate, VIDEO_FULL))
            continue
        seat = None if candidate.is_short else next(early, None) or _pop_first(skipped)
        seat = seat or _first_allowed(candidate, free, limits, skipped)
        if seat is None:
            assignment.waiting.append(
                (candidate, WEEKS_FULL if candidate.is_short and skipped else NO_FREE_SEAT)
            )
            continue
        limits.count(candidate, seat.slot.at)
        assignment.seated.append((candidate, seat))
    return assignment


def _pop_first(skipped: deque[FreeSeat]) -> FreeSeat | None:
    return skipped.popleft() if skipped else None


def _first_allowed(
    candidate: Candidate, free: Iterator[FreeSeat], limits: ShortsLimits, skipped: deque[FreeSeat]
) -> FreeSeat | None:
    for seat in free:
        if limits.allows(candidate, seat.slot.at):
            return seat
        skipped.append(seat)
    return None
