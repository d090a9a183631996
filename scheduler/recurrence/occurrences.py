"""The slots of one rule in time order, and the slot after a given one. Pure.

Slots are ordered by their instants. That is the order of their local times, with one exception: a
local time in a DST gap moves forward, past local times that follow the gap.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from scheduler.recurrence.dst_policy import GapPolicy, OverlapPolicy, resolve_local_time
from scheduler.recurrence.patterns import WEEK, Pattern, WeeklyPattern, parse_pattern
from scheduler.recurrence.slots import Slot
from scheduler.recurrence.timezones import load_zone

# No zone is, or was, further from UTC, and no gap with slots in it is longer.
ZONE_MARGIN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Rule:
    """A queue slot's rule: a pattern, the zone of its local times, and the DST policies.

    `has_own_zone` is False where the zone is the organization's default.
    """

    pattern: Pattern
    zone: str
    has_own_zone: bool = True
    gap: GapPolicy = GapPolicy.FORWARD
    overlap: OverlapPolicy = OverlapPolicy.FIRST


@lru_cache(maxsize=65_536)
def build_rule(
    text: str, zone_name: str, gap: str = GapPolicy.FORWARD, overlap: str = OverlapPolicy.FIRST
) -> Rule:
    """The rule of a row's columns; cached, because many rows have the same values."""
    return Rule(parse_pattern(text), zone_name, gap=GapPolicy(gap), overlap=OverlapPolicy(overlap))


def occurrences(rule: Rule, after: datetime) -> Iterator[Slot]:
    """The slots strictly after an instant, in order of (instant, local time)."""
    since = after.astimezone(UTC).replace(tzinfo=None) - ZONE_MARGIN
    for slot in _in_instant_order(rule, since):
        if slot.at > after:
            yield slot


def _in_instant_order(rule: Rule, since: datetime) -> Iterator[Slot]:
    """The slots from a local time on; slots in a gap are held back until their instant."""
    moved: list[tuple[datetime, datetime, Slot]] = []
    for local in rule.pattern.local_times(since):
        slot = resolve_local_time(local, rule.zone, rule.gap, rule.overlap)
        if slot is None:
            continue
        if slot.note == "gap":
            heapq.heappush(moved, (slot.at, slot.local, slot))
            continue
        while moved and moved[0][:2] < (slot.at, slot.local):
            yield heapq.heappop(moved)[2]
        yield slot
    while moved:
        yield heapq.heappop(moved)[2]


def next_slot(rule: Rule, after: datetime) -> Slot | None:
    """The first slot strictly after an instant; None if there is none."""
    return next(occurrences(rule, after), None)


def slot_after(rule: Rule, slot: Slot) -> Slot | None:
    """The slot that follows a slot of the rule. Of two slots at one instant, each comes once."""
    if isinstance(rule.pattern, WeeklyPattern):  # beat's hot path: slots a week apart keep order
        return _next_weekly(rule, slot.local)
    if _is_far_from_dst_change(rule.zone, slot.local):
        local = next(rule.pattern.local_times(slot.local + timedelta(microseconds=1)), None)
        if local is None or local - slot.local < timedelta(days=1):
            return resolve_local_time(local, rule.zone) if local else None
    just_before = slot.at - timedelta(microseconds=1)
    later = (s for s in occurrences(rule, just_before) if (s.at, s.local) > (slot.at, slot.local))
    return next(later, None)


def _is_far_from_dst_change(zone_name: str, local: datetime) -> bool:
    """Whether no DST change is within a day: then slots have the order of their local times."""
    tz, day = load_zone(zone_name), timedelta(days=1)
    return tz.utcoffset(local - day) == tz.utcoffset(local + day)


def _next_weekly(rule: Rule, local: datetime) -> Slot | None:
    try:
        while True:
            local += WEEK
            slot = resolve_local_time(local, rule.zone, rule.gap, rule.overlap)
            if slot is not None:
                return slot
    except OverflowError:  # the year 9999
        return None
