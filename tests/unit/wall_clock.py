"""What a wall clock shows, found out the slow way: an oracle that shares no idea with the code.

It never asks for an offset or a fold. It walks over UTC, minute by minute, reads the clock that
hangs on the wall there, and sees which readings come up, which come twice and which never do.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
# No clock of the last decades was further than this from UTC, east and west.
EAST, WEST = timedelta(hours=16), timedelta(hours=14)


def read(instant: datetime, zone: str) -> datetime:
    """What the wall clock of a zone shows at an instant, as a naive datetime."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def meant_by(local: datetime, zone: str) -> datetime | None:
    """The instant that a reading means: its first appearance, else moved forward by the gap that
    swallowed it; None where the gap swallowed the whole date."""
    instant = (local - EAST).replace(tzinfo=UTC)
    end = (local + WEST).replace(tzinfo=UTC)
    before = read(instant, zone)
    jump: tuple[datetime, datetime] | None = None
    date_was_shown = False
    while instant <= end:
        shown = read(instant, zone)
        if shown == local:
            return instant
        if before < local < shown:
            jump = before + MINUTE, shown
        date_was_shown |= shown.date() == local.date()
        before, instant = shown, instant + MINUTE
    assert jump is not None, f"{zone} never comes near {local}"
    if not date_was_shown:
        return None
    return meant_by(local + (jump[1] - jump[0]), zone)


def changes(zone: str, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Every jump of a zone's clock: the reading that was due, and the one that came instead."""
    day = start
    while day < end:
        if read(day + DAY, zone) - read(day, zone) != DAY:
            yield _jump(zone, day)
        day += DAY


def _jump(zone: str, start: datetime) -> tuple[datetime, datetime]:
    """The first jump within a day of which one is known."""
    instant = start
    while read(instant + MINUTE, zone) - read(instant, zone) == MINUTE:
        instant += MINUTE
    return read(instant, zone) + MINUTE, read(instant + MINUTE, zone)


class Timetable:
    """What the wall clock of a zone shows in each minute of a stretch, written down beforehand."""

    def __init__(self, zone: str, start: datetime, end: datetime) -> None:
        self.instants: dict[datetime, list[datetime]] = {}
        self.jumps: list[tuple[datetime, datetime, datetime]] = []
        instant, before = start, read(start, zone)
        while instant < end:
            shown = read(instant, zone)
            if shown > before + MINUTE:
                self.jumps.append((before, shown, instant - MINUTE))
            self.instants.setdefault(shown, []).append(instant)
            before, instant = shown, instant + MINUTE
        self.dates = {reading.date() for reading in self.instants}

    def meant_by(self, local: datetime, *, skip: bool, second: bool) -> datetime | None:
        """The instant of a reading: shown once or twice, or reached by a clock left unchanged."""
        shown = self.instants.get(local)
        if shown:
            return shown[-1 if second else 0]
        if skip or local.date() not in self.dates:
            return None
        before, at = next((old, at) for old, new, at in self.jumps if old < local < new)
        return at + (local - before)
