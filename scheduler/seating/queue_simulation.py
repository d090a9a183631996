"""What if: rules, so many posts a week, a stretch of time and outages → who would go out when.

Pure; nothing is stored. Posts arrive evenly over each week, and each takes the first free seat
after its arrival, as in the real queue.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

from scheduler.recurrence.blackouts import NO_BLACKOUTS, Blackouts
from scheduler.recurrence.upcoming import QueueRule, RuleSlot, upcoming_slots

SlotTiming = Literal["on time", "late", "missed"]
WEEK = timedelta(weeks=1)


class TooManySlots(ValueError):
    """The stretch holds more slots than the caller wants to see."""


@dataclass(frozen=True, slots=True)
class SimulatedOutage:
    """A stretch in which nothing runs."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class SimulationInput:
    """What is asked. `grace` is how late a slot may still be kept."""

    rules: Sequence[QueueRule]
    start: datetime
    end: datetime
    posts_per_week: int
    per_slot: int = 1
    outages: Sequence[SimulatedOutage] = ()
    grace: timedelta = timedelta(minutes=15)
    closed: Blackouts = NO_BLACKOUTS


@dataclass(frozen=True, slots=True)
class SlotForecast:
    """One slot: its posts by number from 1, whether it is full, and what an outage does to it."""

    opening: RuleSlot
    posts: list[int]
    is_full: bool
    timing: SlotTiming


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """Every slot of the stretch, and the posts that found none in it."""

    slots: list[SlotForecast]
    waiting: list[int] = field(default_factory=list)


def simulate_queue(question: SimulationInput, most: int | None = None) -> SimulationResult:
    """The calendar that would come about; TooMany where it has more than `most` slots."""
    openings = _list_slots(question, most)
    seated: dict[int, list[int]] = defaultdict(list)
    waiting, place = [], 0
    for number, arrival in enumerate(_arrivals(question), start=1):
        while place < len(openings) and not _has_room(openings, seated, place, arrival, question):
            place += 1
        if place == len(openings):
            waiting.append(number)
        else:
            seated[place].append(number)
    slots = [
        SlotForecast(
            opening,
            seated[index],
            len(seated[index]) >= question.per_slot,
            _timing_of(opening, question),
        )
        for index, opening in enumerate(openings)
    ]
    return SimulationResult(slots, waiting)


def _list_slots(question: SimulationInput, most: int | None) -> list[RuleSlot]:
    found = upcoming_slots(question.rules, question.start, question.end, question.closed)
    openings = list(islice(found, most + 1 if most is not None else None))
    if most is not None and len(openings) > most:
        raise TooManySlots
    return openings


def _arrivals(question: SimulationInput) -> list[datetime]:
    total = int((question.end - question.start) / WEEK * question.posts_per_week)
    step = WEEK / question.posts_per_week if question.posts_per_week else WEEK
    return [question.start + step * number for number in range(total)]


def _has_room(
    openings: Sequence[RuleSlot],
    seated: dict[int, list[int]],
    place: int,
    arrival: datetime,
    question: SimulationInput,
) -> bool:
    return openings[place].slot.at > arrival and len(seated[place]) < question.per_slot


def _timing_of(opening: RuleSlot, question: SimulationInput) -> SlotTiming:
    at = opening.slot.at
    outage = next((each for each in question.outages if each.start <= at < each.end), None)
    if outage is None:
        return "on time"
    return "late" if outage.end <= at + question.grace else "missed"
