"""A range of time, as `from` and `to` of a request give it. Pure.

It begins at `from` and ends just before `to`; a `to` that is a date includes that whole date.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scheduler.recurrence.dst_policy import resolve_local_time
from scheduler.recurrence.timezones import load_zone
from scheduler.seating.shorts_limits import week_start
from services.errors import invalid_field
from services.time_input import DAY, midnight, parse_date_or_instant

WEEK = timedelta(weeks=1)
# The most that clock changes can add to the length of a number of local dates.
DST_SLACK = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From `start` to just before `end`, two instants; `zone` decides which dates they touch."""

    start: datetime
    end: datetime
    zone: str

    @property
    def dates(self) -> tuple[date, date]:
        """The first and the last local date."""
        zone = load_zone(self.zone)
        last = self.end - timedelta(microseconds=1)
        return self.start.astimezone(zone).date(), last.astimezone(zone).date()


def parse_range(
    start: str | None, end: str | None, zone_name: str, now: datetime, most_days: int
) -> TimeRange:
    """The requested range. Without `from` it is the present local week, Sunday to Saturday, or the
    week that ends at `to`; without `to` it is seven days. ValidationFailed where it is wrong."""
    first = parse_date_or_instant("from", start, zone_name) if start is not None else None
    last = parse_date_or_instant("to", end, zone_name, is_end=True) if end is not None else None
    if first is None:
        week = midnight(week_start(now, zone_name), zone_name)
        first = week if last is None else min(week, last - WEEK)
    last = last or _add_days(first, zone_name, 7)
    return check_range(TimeRange(first, last, zone_name), most_days)


def check_range(time_range: TimeRange, most_days: int, *, prefix: str = "") -> TimeRange:
    """The range itself; ValidationFailed where it is empty or longer than `most_days`.

    `prefix` begins the field names in errors."""
    if time_range.end <= time_range.start:
        raise invalid_field(f"{prefix}to", f"must lie after {prefix}from")
    if time_range.end - time_range.start > most_days * DAY + DST_SLACK:
        raise invalid_field(f"{prefix}to", f"must lie at most {most_days} days after {prefix}from")
    return time_range


def _add_days(start: datetime, zone_name: str, days: int) -> datetime:
    """The same wall-clock time, `days` days later."""
    local = start.astimezone(load_zone(zone_name)).replace(tzinfo=None, fold=0) + days * DAY
    slot = resolve_local_time(local, zone_name)
    return slot.at if slot else start + days * DAY
