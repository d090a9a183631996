"""Slots: which instants a queue-slot rule means. Pure arithmetic; the clock is an argument.

A rule speaks of a wall clock ("Mondays 10:00 in New York"); a slot is one planned instant of it.
Where the clock is put forward over a slot (a gap: 02:30 does not exist) the slot moves forward by
the gap; where it is put back (an overlap: 01:30 comes twice) the first one counts. A date that a
zone skipped altogether has no slot. This is the reading of RFC 5545 and of java.time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from typing import Literal

from scheduler.zones import zone

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
# The last day of an overlap or a zone change can lie this far from a UTC date.
MARGIN = timedelta(days=2)
MAX_JITTER = timedelta(minutes=10)
Note = Literal["gap", "overlap"]
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


class BadRule(ValueError):
    """A rule that no calendar knows; `field` names the culprit, the text what would be right."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Rule:
    """A weekly rule: day of week (0 = Sunday … 6 = Saturday), wall-clock time, IANA zone.

    `has_own_zone` is False where the zone is the organization's default.
    """

    day_of_week: int
    time: time
    zone: str
    has_own_zone: bool = True


@dataclass(frozen=True, slots=True)
class Slot:
    """One planned instant: `local` is its identity on the rule's wall clock, `at` is UTC."""

    local: datetime
    at: datetime
    note: Note | None = None


def parse_rule(
    day_of_week: object, clock: object, zone_name: str, *, has_own_zone: bool = True
) -> Rule:
    """A rule from what a person wrote; BadRule or UnknownZone with what would be right."""
    if isinstance(day_of_week, bool) or not isinstance(day_of_week, int):
        raise BadRule("dayOfWeek", f"must be a whole number, 0 (Sunday) to 6, not {day_of_week!r}")
    if not 0 <= day_of_week <= 6:
        raise BadRule("dayOfWeek", f"must be 0 (Sunday) to 6 (Saturday), not {day_of_week}")
    if not isinstance(clock, str) or not _TIME.fullmatch(clock):
        raise BadRule("time", f"must be HH:mm from 00:00 to 23:59, such as '09:05', not {clock!r}")
    return Rule(day_of_week, time.fromisoformat(clock), zone(zone_name).key, has_own_zone)


def resolve(local: datetime, zone_name: str) -> Slot | None:
    """The slot that a wall-clock reading (naive) means in a zone; None on a skipped date."""
    tz = zone(zone_name)
    first = local.replace(tzinfo=tz, fold=0).utcoffset()
    second = local.replace(tzinfo=tz, fold=1).utcoffset()
    assert first is not None and second is not None  # noqa: S101, PT018  (a ZoneInfo has offsets)
    at = (local - first).replace(tzinfo=UTC)
    if first == second:
        return Slot(local, at)
    if first > second:
        return Slot(local, at, "overlap")
    if second - first >= DAY and not _exists(local.date(), zone_name):
        return None
    return Slot(local, at, "gap")


def _exists(day: date, zone_name: str) -> bool:
    """Whether any instant of a zone falls on this local date."""
    tz = zone(zone_name)
    noon = datetime.combine(day, time(12), tz)
    return noon.astimezone(UTC).astimezone(tz).date() == day


def occurrences(rule: Rule, after: datetime) -> Iterator[Slot]:
    """The slots of a rule strictly after an instant, in order, without end."""
    start = after.astimezone(UTC).replace(tzinfo=None) - MARGIN
    # Python's weeks begin on Monday, the rule's on Sunday.
    ahead = (rule.day_of_week - (start.weekday() + 1)) % 7
    local = datetime.combine(start.date() + timedelta(days=ahead), rule.time)
    while True:
        slot = resolve(local, rule.zone)
        if slot is not None and slot.at > after:
            yield slot
        try:
            local += WEEK
        except OverflowError:  # the year 9999
            return


def next_slot(rule: Rule, after: datetime) -> Slot:
    """The first slot strictly after an instant."""
    return next(occurrences(rule, after))


def next_local(rule: Rule, local: datetime) -> Slot:
    """The slot that follows the one of this local date, whatever instant it fell on."""
    while True:
        local += WEEK
        slot = resolve(local, rule.zone)
        if slot is not None:
            return slot


def opens_at(slot_at: datetime, lead_time: timedelta, queue_slot_id: int | None) -> datetime:
    """When a slot opens: its lead time before, and a little earlier for each rule by its own hash.

    The jitter spreads Monday 09:00 over some minutes; it is the same at every call and machine.
    """
    if queue_slot_id is None:
        return slot_at - lead_time
    digest = blake2b(str(queue_slot_id).encode(), digest_size=4).digest()
    share = int.from_bytes(digest) / 2**32
    return slot_at - lead_time - min(MAX_JITTER, lead_time / 10) * share
