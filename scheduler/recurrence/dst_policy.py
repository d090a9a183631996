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
# Any instant: a sum with an aware one is aware, and cheaper than replacing the zone.
ORIGIN = datetime(2000, 1, 1, tzinfo=UTC)


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
    origin = _local_origin(zone_name, local.date())
    if origin is not None:
        return Slot(local, ORIGIN + (local - origin))
    return _resolve_near_change(local, zone_name, gap, overlap)


# Thousands of rules have slots on the same few dates.
@lru_cache(maxsize=65_536)
def _local_origin(zone_name: str, day: date) -> datetime | None:
    """ORIGIN in the local time that has the zone's offset of this date; None where the offset
    changes on it."""
    tz, midnight = load_zone(zone_name), datetime.combine(day, time())
    edges = [midnight, midnight + DAY] if day < date.max else []
    offsets = {tz.utcoffset(edge.replace(fold=fold)) for edge in edges for fold in (0, 1)}
    offset = offsets.pop() if len(offsets) == 1 else None
    return None if offset is None else ORIGIN.replace(tzinfo=None) + offset


def _resolve_near_change(
    local: datetime, zone_name: str, gap: GapPolicy, overlap: OverlapPolicy
) -> Slot | None:
    tz, local = load_zone(zone_name), local.replace(fold=0)  # not the fold decides, but the policy
    first: timedelta = tz.utcoffset(local)  # type: ignore[assignment]  # a ZoneInfo has offsets
    second: timedelta = tz.utcoffset(local.replace(fold=1))  # type: ignore[assignment]
    if first == second:
        return Slot(local, (local - first).replace(tzinfo=UTC))
    if first > second:
        offset = first if overlap is OverlapPolicy.FIRST else second
        return Slot(local, (local - offset).replace(tzinfo=UTC), "overlap")
    if gap is GapPolicy.SKIP or (
        second - first >= DAY and not _date_exists(local.date(), zone_name)
    ):
        return None
    return Slot(local, (local - first).replace(tzinfo=UTC), "gap")


def _date_exists(day: date, zone_name: str) -> bool:
    """Whether any instant of a zone falls on this local date."""
    tz = load_zone(zone_name)
    noon = datetime.combine(day, time(12), tz)
    return noon.astimezone(UTC).astimezone(tz).date() == day
