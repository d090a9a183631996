"""Simulates a queue: rules, posts per week, a time range and outages → which post goes out when.

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
    """The range has more slots than the caller allows."""


@dataclass(frozen=True, slots=True)
class SimulatedOutage:
    """A time range in which nothing runs."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class SimulationInput:
    """The simulated situation. `grace` is how late a post may still go out for its slot."""

    rules: Sequence[QueueRule]
    start: datetime
    end: datetime
    posts_per_week: int
    per_slot: int = 1
    outages: Sequence[SimulatedOutage] = ()
    grace: timedelta = timedelta(minutes=15)
    blackout_dates: Blackouts = NO_BLACKOUTS


@dataclass(frozen=True, slots=True)
class SlotForecast:
    """One slot: its posts (numbered from 1), whether it is full, and the effect of an outage."""

    rule_slot: RuleSlot
    posts: list[int]
    is_full: bool
    timing: SlotTiming


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """Every slot of the range, and the posts that got no seat in it."""

    slots: list[SlotForecast]
    waiting: list[int] = field(default_factory=list)


def simulate_queue(scenario: SimulationInput, max_slots: int | None = None) -> SimulationResult:
    """The simulated calendar; TooManySlots where it has more than `max_slots`."""
    rule_slots = _list_slots(scenario, max_slots)
    seated: dict[int, list[int]] = defaultdict(list)
    waiting, slot_index = [], 0
    for number, arrival in enumerate(_arrivals(scenario), start=1):
        while slot_index < len(rule_slots) and not _has_room(
            rule_slots, seated, slot_index, arrival, scenario
        ):
            slot_index += 1
        if slot_index == len(rule_slots):
            waiting.append(number)
        else:
            seated[slot_index].append(number)
    slots = [
        SlotForecast(
            rule_slot,
            seated[index],
            len(seated[index]) >= scenario.per_slot,
            _timing_of(rule_slot, scenario),
        )
        for index, rule_slot in enumerate(rule_slots)
    ]
    return SimulationResult(slots, waiting)


def _list_slots(scenario: SimulationInput, max_slots: int | None) -> list[RuleSlot]:
    slots = upcoming_slots(scenario.rules, scenario.start, scenario.end, scenario.blackout_dates)
    rule_slots = list(islice(slots, max_slots + 1 if max_slots is not None else None))
    if max_slots is not None and len(rule_slots) > max_slots:
        raise TooManySlots
    return rule_slots


def _arrivals(scenario: SimulationInput) -> list[datetime]:
    total = int((scenario.end - scenario.start) / WEEK * scenario.posts_per_week)
    step = WEEK / scenario.posts_per_week if scenario.posts_per_week else WEEK
    return [scenario.start + step * number for number in range(total)]


def _has_room(
    rule_slots: Sequence[RuleSlot],
    seated: dict[int, list[int]],
    slot_index: int,
    arrival: datetime,
    scenario: SimulationInput,
) -> bool:
    return rule_slots[slot_index].slot.at > arrival and len(seated[slot_index]) < scenario.per_slot


def _timing_of(rule_slot: RuleSlot, scenario: SimulationInput) -> SlotTiming:
    at = rule_slot.slot.at
    outage = next((each for each in scenario.outages if each.start <= at < each.end), None)
    if outage is None:
        return "on time"
    return "late" if outage.end <= at + scenario.grace else "missed"
