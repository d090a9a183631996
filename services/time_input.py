"""Time zones, dates and instants as people write them. Pure."""

from datetime import UTC, date, datetime, time, timedelta

from scheduler.recurrence.dst_policy import resolve_local_time
from scheduler.recurrence.timezones import UnknownZone, find_zone
from services.errors import invalid_field
from services.iso_8601 import parse_date, parse_date_time

DAY = timedelta(days=1)
# Within these years, no arithmetic on instants leaves the range of Python's datetime.
FIRST_YEAR, LAST_YEAR = 1970, 2199


def parse_zone(text: str, field: str = "timezone") -> str:
    """The zone's own spelling of its name; ValidationFailed where there is no such zone."""
    try:
        return find_zone(text)
    except UnknownZone as error:
        raise invalid_field(field, str(error)) from None


def zone_or_default(text: str | None, default: str) -> str:
    """The zone that a request names, else the organization's. That one is not checked again: an
    earlier version may have stored a name that is refused today."""
    return parse_zone(text) if text else default


def parse_date_or_instant(
    field: str, text: str, zone_name: str, *, is_end: bool = False
) -> datetime:
    """The instant that a text means, in UTC; ValidationFailed where it is neither.

    Without an offset it is the zone's wall clock. A date means its midnight, or with `is_end` the
    midnight that follows it.
    """
    try:
        found = _parse(text, zone_name, is_end=is_end)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise invalid_field(
            field, f"must be a date such as 2026-05-01 or an instant such as "
            f"2026-05-01T15:00:00Z, not {text!r}",
        )  # fmt: skip
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise invalid_field(field, f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    return found


def _parse(text: str, zone_name: str, *, is_end: bool) -> datetime | None:
    try:
        day = parse_date(text.strip())
    except ValueError:
        written = parse_date_time(text)
        if written.tzinfo is not None:
            return written.astimezone(UTC)
        slot = resolve_local_time(written, zone_name)
        return slot.at if slot else None
    return midnight(day + DAY if is_end else day, zone_name)


def midnight(day: date, zone_name: str) -> datetime:
    """The first instant of a local date; where the zone skipped the date, of the next one."""
    slot = resolve_local_time(datetime.combine(day, time()), zone_name)
    return slot.at if slot else midnight(day + DAY, zone_name)
