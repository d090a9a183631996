"""The slots of a rule in time: the next, and those of a range. Pure.

They come in the order of their instants. That is the order of their wall-clock readings but for
one case: a reading in a gap moves forward, past readings that follow the gap.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import takewhile

from scheduler.recurrence.patterns import WEEK, Pattern, WeeklyPattern, parse_pattern
from scheduler.recurrence.slots import GapPolicy, OverlapPolicy, Slot, resolve_local_time
from scheduler.recurrence.timezones import load_zone

# No zone is, or was, further from UTC, and no gap with slots in it is longer.
ZONE_MARGIN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Rule:
    """A queue slot, pure: a pattern, the zone of its wall clock, and what DST does to it.

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
    """The rule of stored columns; parsed once for the many rows that say the same."""
    return Rule(parse_pattern(text), zone_name, gap=GapPolicy(gap), overlap=OverlapPolicy(overlap))


def occurrences(rule: Rule, after: datetime) -> Iterator[Slot]:
    """The slots strictly after an instant, in order of (instant, reading)."""
    since = after.astimezone(UTC).replace(tzinfo=None) - ZONE_MARGIN
    for slot in _in_instant_order(rule, since):
        if slot.at > after:
            yield slot


def _in_instant_order(rule: Rule, since: datetime) -> Iterator[Slot]:
    """Slots from a reading on; those in a gap wait until their instant's turn has come."""
    moved: list[tuple[datetime, datetime, Slot]] = []
    for reading in rule.pattern.local_times(since):
        slot = resolve_local_time(reading, rule.zone, rule.gap, rule.overlap)
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
    """The first slot strictly after an instant; None when there is none any more."""
    return next(occurrences(rule, after), None)


def slot_after(rule: Rule, slot: Slot) -> Slot | None:
    """The slot after this one; also of two that share an instant, each once."""
    if isinstance(
        rule.pattern, WeeklyPattern
    ):  # the hot path of beat: a week apart, order is plain
        return _next_weekly(rule, slot.local)
    if _is_far_from_dst_change(rule.zone, slot.local):
        reading = next(rule.pattern.local_times(slot.local + timedelta(microseconds=1)), None)
        if reading is None or reading - slot.local < timedelta(days=1):
            return resolve_local_time(reading, rule.zone) if reading else None
    just_before = slot.at - timedelta(microseconds=1)
    later = (s for s in occurrences(rule, just_before) if (s.at, s.local) > (slot.at, slot.local))
    return next(later, None)


def _is_far_from_dst_change(zone_name: str, local: datetime) -> bool:
    """Whether no clock change lies within a day of a reading: then instants come as readings do."""
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


def slots_between(rule: Rule, start: datetime, end: datetime) -> list[Slot]:
    """The slots after `start` and up to `end`."""
    return list(takewhile(lambda slot: slot.at <= end, occurrences(rule, start)))
