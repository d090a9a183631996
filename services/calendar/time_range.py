"""Stretches of time as people write them: local dates, wall-clock times, instants. Pure.

A stretch begins with `from` and ends just before `to`; a `to` that is a date is included whole.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from api.errors import invalid_field
from scheduler.recurrence.dst_policy import resolve_local_time
from scheduler.recurrence.timezones import UnknownZone, load_zone
from scheduler.seating.shorts_limits import week_start

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
# Within this, no arithmetic on instants meets the end of Python's calendar.
FIRST_YEAR, LAST_YEAR = 1970, 2199
# What clock changes may add to a number of local dates.
DST_SLACK = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From `start` to just before `end`, seen from a zone."""

    start: datetime
    end: datetime
    zone: str

    @property
    def dates(self) -> tuple[date, date]:
        """The first and the last local date."""
        here = load_zone(self.zone)
        last = self.end - timedelta(microseconds=1)
        return self.start.astimezone(here).date(), last.astimezone(here).date()


def parse_zone(text: str, field: str = "timezone") -> str:
    """The zone of this name; Invalid when there is none."""
    try:
        return load_zone(text).key
    except UnknownZone as error:
        raise invalid_field(field, str(error)) from None


def parse_range(
    start: str | None, end: str | None, zone_name: str, now: datetime, most_days: int
) -> TimeRange:
    """What is asked for; this local week, Sunday to Saturday, or a week, where it is not said."""
    first = parse_date_or_instant("from", start, zone_name) if start is not None else None
    last = parse_date_or_instant("to", end, zone_name, is_end=True) if end is not None else None
    if first is None:
        week = midnight(week_start(now, zone_name), zone_name)
        first = week if last is None else min(week, last - WEEK)
    last = last or _add_days(first, zone_name, 7)
    return check_range(TimeRange(first, last, zone_name), most_days)


def check_range(time_range: TimeRange, most_days: int, *, prefix: str = "") -> TimeRange:
    """The same; Invalid where it is empty or longer than so many days."""
    if time_range.end <= time_range.start:
        raise invalid_field(f"{prefix}to", f"must lie after {prefix}from")
    if time_range.end - time_range.start > most_days * DAY + DST_SLACK:
        raise invalid_field(f"{prefix}to", f"must lie at most {most_days} days after {prefix}from")
    return time_range


def parse_date_or_instant(
    field: str, text: str, zone_name: str, *, is_end: bool = False
) -> datetime:
    """The instant of a text, in UTC. Without an offset it is the zone's wall clock; a date is its
    midnight, and as an end the midnight after it."""
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
        day = date.fromisoformat(text)
    except ValueError:
        written = datetime.fromisoformat(text)
        if written.tzinfo is not None:
            return written.astimezone(UTC)
        slot = resolve_local_time(written, zone_name)
        return slot.at if slot else None
    return midnight(day + DAY if is_end else day, zone_name)


def midnight(day: date, zone_name: str) -> datetime:
    """The first instant of a local date, or of the one after it where a zone skipped the date."""
    slot = resolve_local_time(datetime.combine(day, time()), zone_name)
    return slot.at if slot else midnight(day + DAY, zone_name)


def _add_days(start: datetime, zone_name: str, days: int) -> datetime:
    """The same wall-clock time so many days later."""
    local = start.astimezone(load_zone(zone_name)).replace(tzinfo=None, fold=0) + days * DAY
    slot = resolve_local_time(local, zone_name)
    return slot.at if slot else start + days * DAY
