"""Who sits where: one pass over waiting posts and free seats. Pure."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from scheduler.recurrence.slots import Slot
from scheduler.recurrence.timezones import load_zone
from scheduler.recurrence.upcoming import RuleSlot

NO_SEATS_TAKEN: frozenset[int] = frozenset()
NO_FREE_SEAT = "no free seat within the horizon of the search"
WEEKS_FULL = "every week with a free seat has as many shorts as maxShortsPerWeek"
VIDEO_FULL = "its video has as many shorts as maxShortsOfSameVideo"


@dataclass(frozen=True, slots=True)
class FreeSeat:
    """A seat that nobody has: its rule's id, its slot, and its number within the slot."""

    queue_slot_id: int
    zone: str
    slot: Slot
    number: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post that waits for a seat. A short is a video post; `video` names what it was cut from."""

    post_id: str
    is_short: bool = False
    video: str | None = None


@dataclass(slots=True)
class ShortsLimits:
    """The settings' limits on shorts, and what counts against them already; 0 is no limit.

    `in_week` counts shorts by the first day (Sunday) of the organization's local week, `of_video`
    those cut from one video.
    """

    zone: str
    per_week: int = 0
    per_video: int = 0
    in_week: Counter[date] = field(default_factory=Counter)
    of_video: Counter[str] = field(default_factory=Counter)

    def video_is_full(self, candidate: Candidate) -> bool:
        """Whether no seat at all may be given to this short."""
        if not (candidate.is_short and candidate.video and self.per_video):
            return False
        return self.of_video[candidate.video] >= self.per_video

    def allows(self, candidate: Candidate, at: datetime) -> bool:
        """Whether this post may sit in a slot at this instant."""
        if not (candidate.is_short and self.per_week):
            return True
        return self.in_week[week_start(at, self.zone)] < self.per_week

    def count(self, candidate: Candidate, at: datetime) -> None:
        """Note that the post sits there."""
        if candidate.is_short:
            self.in_week[week_start(at, self.zone)] += 1
            if candidate.video:
                self.of_video[candidate.video] += 1


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who got which seat, and why the others got none; `left`: what shorts had to leave."""

    seated: list[tuple[Candidate, FreeSeat]]
    waiting: list[tuple[Candidate, str]]
    skipped: deque[FreeSeat] = field(default_factory=deque)


def week_start(at: datetime, zone_name: str) -> date:
    """The Sunday on which the local week of an instant began."""
    day = at.astimezone(load_zone(zone_name)).date()
    return day - timedelta(days=day.isoweekday() % 7)


def free_seats(
    rule_slots: Iterable[RuleSlot], taken: Mapping[tuple[int, datetime], set[int]], per_slot: int
) -> Iterator[FreeSeat]:
    """The seats of these slots that are not taken, in order."""
    for rule_slot in rule_slots:
        numbers = taken.get((rule_slot.queue_slot_id, rule_slot.slot.local), NO_SEATS_TAKEN)
        for number in range(per_slot):
            if number not in numbers:
                yield FreeSeat(rule_slot.queue_slot_id, rule_slot.zone, rule_slot.slot, number)


def assign(
    candidates: Iterable[Candidate], free: Iterator[FreeSeat], limits: ShortsLimits
) -> Assignment:
    """Give each post, in order, the first free seat that the limits allow it.

    One pass: a seat that a short had to leave is kept for the next post that is none; for every
    later short its week is just as full.
    """
    assignment = Assignment([], [])
    skipped = assignment.skipped
    for candidate in candidates:
        if limits.video_is_full(candidate):
            assignment.waiting.append((candidate, VIDEO_FULL))
            continue
        seat = skipped.popleft() if skipped and not candidate.is_short else None
        seat = seat or _first_allowed(candidate, free, limits, skipped)
        if seat is None:
            assignment.waiting.append(
                (candidate, WEEKS_FULL if candidate.is_short and skipped else NO_FREE_SEAT)
            )
            continue
        limits.count(candidate, seat.slot.at)
        assignment.seated.append((candidate, seat))
    return assignment


def _first_allowed(
    candidate: Candidate, free: Iterator[FreeSeat], limits: ShortsLimits, skipped: deque[FreeSeat]
) -> FreeSeat | None:
    for seat in free:
        if limits.allows(candidate, seat.slot.at):
            return seat
        skipped.append(seat)
    return None
