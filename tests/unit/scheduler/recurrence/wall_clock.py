"""A slow reference for local times: an oracle that shares no idea with the code.

It never uses an offset or a fold. It goes over UTC minute by minute, converts to local time, and so
finds which local times come once, which come twice and which never come.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# In the last decades no zone was further than this from UTC, east and west.
EAST, WEST = timedelta(hours=16), timedelta(hours=14)


def read_wall_clock(instant: datetime, zone: str) -> datetime:
    """The local time of a zone at an instant, as a naive datetime."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def local_to_utc(local: datetime, zone: str) -> datetime | None:
    """The instant of a local time: its first occurrence, or, in a gap, moved forward by the gap.

    None where the gap covers the whole date.
    """
    instant = (local - EAST).replace(tzinfo=UTC)
    end = (local + WEST).replace(tzinfo=UTC)
    before = read_wall_clock(instant, zone)
    jump: tuple[datetime, datetime] | None = None
    date_occurred = False
    while instant <= end:
        shown = read_wall_clock(instant, zone)
        if shown == local:
            return instant
        if before < local < shown:
            jump = before + MINUTE, shown
        date_occurred |= shown.date() == local.date()
        before, instant = shown, instant + MINUTE
    assert jump is not None, f"{zone} never comes near {local}"
    if not date_occurred:
        return None
    return local_to_utc(local + (jump[1] - jump[0]), zone)


def find_offset_changes(
    zone: str, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Every offset change of a zone: (expected local time, actual local time)."""
    day = start
    while day < end:
        if read_wall_clock(day + DAY, zone) - read_wall_clock(day, zone) != DAY:
            yield _jump(zone, day)
        day += DAY


def _jump(zone: str, start: datetime) -> tuple[datetime, datetime]:
    """The first change within a day that has one."""
    instant = start
    while read_wall_clock(instant + MINUTE, zone) - read_wall_clock(instant, zone) == MINUTE:
        instant += MINUTE
    return read_wall_clock(instant, zone) + MINUTE, read_wall_clock(instant + MINUTE, zone)


class Timetable:
    """The local time of each minute of a range, computed beforehand."""

    def __init__(self, zone: str, start: datetime, end: datetime) -> None:
        self.instants: dict[datetime, list[datetime]] = {}
        self.jumps: list[tuple[datetime, datetime, datetime]] = []
        instant, before = start, read_wall_clock(start, zone)
        while instant < end:
            shown = read_wall_clock(instant, zone)
            if shown > before + MINUTE:
                self.jumps.append((before, shown, instant - MINUTE))
            self.instants.setdefault(shown, []).append(instant)
            before, instant = shown, instant + MINUTE
        self.dates = {reading.date() for reading in self.instants}

    def local_to_utc(self, local: datetime, *, skip: bool, second: bool) -> datetime | None:
        """The instant of a local time by these policies; in a gap, with the offset before it."""
        shown = self.instants.get(local)
        if shown:
            return shown[-1 if second else 0]
        if skip or local.date() not in self.dates:
            return None
        before, at = next((old, at) for old, new, at in self.jumps if old < local < new)
        return at + (local - before)
