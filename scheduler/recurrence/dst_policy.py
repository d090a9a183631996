"""Which instant a local time means where DST puts the clock forward or back. Pure.

In a gap (02:30 does not exist) the slot moves forward by the gap, or there is none
(`GapPolicy.SKIP`). In an overlap (01:30 comes twice) the first instant counts, or the second
(`OverlapPolicy.SECOND`). A date that a zone skipped altogether has no slot. The defaults are those
of RFC 5545 and of java.time.
"""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from scheduler.recurrence.slots import Slot
from scheduler.recurrence.timezones import load_zone

DAY = timedelta(days=1)


class GapPolicy(StrEnum):
    """What happens to a slot whose local time is in a gap."""

    FORWARD = "forward"
    SKIP = "skip"


class OverlapPolicy(StrEnum):
    """Which of the two instants of a local time in an overlap is the slot's."""

    FIRST = "first"
    SECOND = "second"


def resolve_local_time(
    local: datetime,
    zone_name: str,
    gap: GapPolicy = GapPolicy.FORWARD,
    overlap: OverlapPolicy = OverlapPolicy.FIRST,
) -> Slot | None:
    """The slot of a naive local time in a zone; None where there is none."""
    tz = load_zone(zone_name)
    if local.fold:  # the policy decides which of two equal local times is meant
        local = local.replace(fold=0)
    first: timedelta = tz.utcoffset(local)  # type: ignore[assignment]  # a ZoneInfo has offsets
    second: timedelta = tz.utcoffset(_with_fold(local))  # type: ignore[assignment]
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
def _with_fold(local: datetime) -> datetime:
    """A local time as the second of two equal ones."""
    return datetime.combine(local.date(), _time_with_fold(local.time()))


@lru_cache(maxsize=2048)
def _time_with_fold(clock: time) -> time:
    return clock.replace(fold=1)


def _as_utc(naive: datetime) -> datetime:
    return datetime.combine(naive.date(), naive.time(), UTC)


def _date_exists(day: date, zone_name: str) -> bool:
    """Whether any instant of a zone falls on this local date."""
    tz = load_zone(zone_name)
    noon = datetime.combine(day, time(12), tz)
    return noon.astimezone(UTC).astimezone(tz).date() == day
