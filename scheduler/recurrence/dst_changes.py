"""The clock changes of a zone within a stretch of time. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.recurrence.timezones import load_zone

# Changes that lie nearer to each other have not happened for a century.
STEP = timedelta(hours=12)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class DstChange:
    """From `at` on, a zone's clock is `after` ahead of UTC, and no longer `before`."""

    at: datetime
    zone: str
    before: timedelta
    after: timedelta


def find_dst_changes(zone_name: str, start: datetime, end: datetime) -> Iterator[DstChange]:
    """The changes from `start` to just before `end`, in order."""
    # An instant's offset is that of its second; the one before tells what changes right at `start`.
    earlier = start - SECOND
    while earlier < end - SECOND:
        later = min(earlier + STEP, end - SECOND)
        before, after = _utc_offset(zone_name, earlier), _utc_offset(zone_name, later)
        if before != after:
            yield DstChange(_bisect_change(zone_name, earlier, later), zone_name, before, after)
        earlier = later


def _bisect_change(zone_name: str, earlier: datetime, later: datetime) -> datetime:
    """The first second that has the later one's offset."""
    before = _utc_offset(zone_name, earlier)
    earlier, later = earlier.replace(microsecond=0), later.replace(microsecond=0)
    while later - earlier > SECOND:
        middle = earlier + (later - earlier) // (2 * SECOND) * SECOND
        if _utc_offset(zone_name, middle) == before:
            earlier = middle
        else:
            later = middle
    return later


def _utc_offset(zone_name: str, at: datetime) -> timedelta:
    offset = at.astimezone(load_zone(zone_name)).utcoffset()
    return offset if offset is not None else timedelta()
