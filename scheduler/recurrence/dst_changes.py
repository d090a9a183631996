"""Finds the DST changes (and other offset changes) of a zone within a range of time. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.recurrence.timezones import load_zone

# Two changes closer than this have not happened for a century.
STEP = timedelta(hours=12)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class DstChange:
    """At the instant `at`, a zone's offset from UTC changes from `before` to `after`."""

    at: datetime
    zone: str
    before: timedelta
    after: timedelta


def find_dst_changes(zone_name: str, start: datetime, end: datetime) -> Iterator[DstChange]:
    """The changes from `start` to just before `end`, in order."""
    # Start one second earlier, to find a change exactly at `start`.
    earlier = start - SECOND
    while earlier < end - SECOND:
        later = min(earlier + STEP, end - SECOND)
        before, after = _utc_offset(zone_name, earlier), _utc_offset(zone_name, later)
        if before != after:
            yield DstChange(_bisect_change(zone_name, earlier, later), zone_name, before, after)
        earlier = later


def _bisect_change(zone_name: str, earlier: datetime, later: datetime) -> datetime:
    """The first second with the offset of `later`."""
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
