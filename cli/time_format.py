"""Formats instants: wall-clock time in a zone for people, ISO 8601 in UTC for programs."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from scheduler.recurrence.timezones import load_zone


def format_local(at: datetime | None, zone_name: str) -> str | None:
    """Such as "Mon 2026-05-04 10:00 Europe/Berlin"; None for no instant."""
    return None if at is None else f"{format_wall_clock(at, zone_name)} {zone_name}"


def format_iso(at: datetime | None) -> str | None:
    """For programs: ISO 8601 in UTC, with milliseconds and Z."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def format_wall_clock(at: datetime, zone_name: str) -> str:
    """Such as "Mon 2026-05-04 10:00", for output that names the zone elsewhere."""
    return f"{_in_zone(at, zone_name):%a %Y-%m-%d %H:%M}"


def format_local_seconds(iso_text: str | None, zone_name: str) -> str | None:
    """An ISO 8601 text as wall-clock time with seconds, without the zone's name."""
    if iso_text is None:
        return None
    return f"{_in_zone(datetime.fromisoformat(iso_text), zone_name):%a %Y-%m-%d %H:%M:%S}"


def _in_zone(at: datetime, zone_name: str) -> datetime:
    zone_info: ZoneInfo = load_zone(zone_name)
    return at.astimezone(zone_info)
