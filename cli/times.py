"""Instants as people read them: by the wall clock of a zone, with the zone's name."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from scheduler.zones import zone


def local(at: datetime | None, zone_name: str) -> str | None:
    """Such as "Mon 2026-05-04 10:00 Europe/Berlin"; None for no instant."""
    return None if at is None else f"{by_clock(at, zone_name)} {zone_name}"


def iso(at: datetime | None) -> str | None:
    """For programs: ISO 8601 in UTC, with milliseconds and Z."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def by_clock(at: datetime, zone_name: str) -> str:
    """The same without the zone's name, where that stands beside it already."""
    return f"{_there(at, zone_name):%a %Y-%m-%d %H:%M}"


def to_the_second(written: str | None, zone_name: str) -> str | None:
    """An instant that was written as ISO 8601, with its seconds."""
    if written is None:
        return None
    return f"{_there(datetime.fromisoformat(written), zone_name):%a %Y-%m-%d %H:%M:%S}"


def _there(at: datetime, zone_name: str) -> datetime:
    there: ZoneInfo = zone(zone_name)
    return at.astimezone(there)
