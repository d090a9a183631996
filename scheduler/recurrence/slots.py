"""Slots: which instants a wall clock's reading means. Pure arithmetic; nothing here knows "now".

Where a clock is put forward over a reading (a gap: 02:30 does not exist) the slot moves forward by
the gap, or there is none (`Gap.SKIP`); where it is put back (an overlap: 01:30 comes twice) the
first one counts, or the second (`Overlap.SECOND`). A date that a zone skipped altogether has no
slot. The defaults are the reading of RFC 5545 and of java.time.
"""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from typing import Literal, NamedTuple

from scheduler.recurrence.timezones import load_zone

DAY = timedelta(days=1)
MAX_JITTER = timedelta(minutes=10)
DstNote = Literal["gap", "overlap"]


class GapPolicy(StrEnum):
    """What becomes of a slot whose reading the clock jumps over."""

    FORWARD = "forward"
    SKIP = "skip"


class OverlapPolicy(StrEnum):
    """Which of two equal readings a slot means."""

    FIRST = "first"
    SECOND = "second"


class Slot(NamedTuple):
    """One planned instant: `local` is its identity on the rule's wall clock, `at` is UTC."""

    local: datetime
    at: datetime
    note: DstNote | None = None


def resolve_local_time(
    local: datetime,
    zone_name: str,
    gap: GapPolicy = GapPolicy.FORWARD,
    overlap: OverlapPolicy = OverlapPolicy.FIRST,
) -> Slot | None:
    """The slot that a wall-clock reading (naive) means in a zone; None where it has none."""
    tz = load_zone(zone_name)
    if local.fold:  # which of two equal readings is meant is the policy's to say
        local = local.replace(fold=0)
    first: timedelta = tz.utcoffset(local)  # type: ignore[assignment]  # a ZoneInfo has offsets
    second: timedelta = tz.utcoffset(_second_reading(local))  # type: ignore[assignment]
    if first == second:
        return Slot(local, _as_utc(local - first))
    if first > second:
        offset = first if overlap is OverlapPolicy.FIRST else second
        return Slot(local, _as_utc(local - offset), "overlap")
    if gap is GapPolicy.SKIP or (
        second - first >= DAY and not _date_exists(local.date(), zone_name)
    ):
        return None
    return Slot(local, _as_utc(local - first), "gap")


# Beat resolves a slot for each rule that fires: combine() is twice as fast as replace().
def _second_reading(local: datetime) -> datetime:
    """A reading as the second of two equal ones."""
    return datetime.combine(local.date(), _fold(local.time()))


@lru_cache(maxsize=2048)
def _fold(clock: time) -> time:
    return clock.replace(fold=1)


def _as_utc(naive: datetime) -> datetime:
    return datetime.combine(naive.date(), naive.time(), UTC)


def _date_exists(day: date, zone_name: str) -> bool:
    """Whether any instant of a zone falls on this local date."""
    tz = load_zone(zone_name)
    noon = datetime.combine(day, time(12), tz)
    return noon.astimezone(UTC).astimezone(tz).date() == day


def opens_at(slot_at: datetime, lead_time: timedelta, queue_slot_id: int | None) -> datetime:
    """When a slot opens: its lead time before, and a little earlier for each rule by its own hash.

    The jitter spreads Monday 09:00 over some minutes; it is the same at every call and machine.
    """
    if queue_slot_id is None:
        return slot_at - lead_time
    digest = blake2b(str(queue_slot_id).encode(), digest_size=4).digest()
    share = int.from_bytes(digest) / 2**32
    return slot_at - lead_time - min(MAX_JITTER, lead_time / 10) * share
