"""Stretches of time as people write them: local dates, wall-clock times, instants. Pure.

A stretch begins with `from` and ends just before `to`; a `to` that is a date is included whole.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from api.errors import wrong
from scheduler.seating import week_of
from scheduler.slots import resolve
from scheduler.zones import UnknownZone, zone

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
# Within this, no arithmetic on instants meets the end of Python's calendar.
FIRST_YEAR, LAST_YEAR = 1970, 2199
# What clock changes may add to a number of local dates.
CHANGES = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` to just before `end`, seen from a zone."""

    start: datetime
    end: datetime
    zone: str

    @property
    def dates(self) -> tuple[date, date]:
        """The first and the last local date."""
        here = zone(self.zone)
        last = self.end - timedelta(microseconds=1)
        return self.start.astimezone(here).date(), last.astimezone(here).date()


def zone_name(text: str, field: str = "timezone") -> str:
    """The zone of this name; Invalid when there is none."""
    try:
        return zone(text).key
    except UnknownZone as error:
        raise wrong(field, str(error)) from None


def stretch(
    start: str | None, end: str | None, zone_name: str, now: datetime, most_days: int
) -> Stretch:
    """What is asked for; this local week, Sunday to Saturday, or a week, where it is not said."""
    first = instant("from", start, zone_name) if start is not None else None
    last = instant("to", end, zone_name, is_end=True) if end is not None else None
    if first is None:
        week = midnight(week_of(now, zone_name), zone_name)
        first = week if last is None else min(week, last - WEEK)
    last = last or _days_on(first, zone_name, 7)
    return checked(Stretch(first, last, zone_name), most_days)


def checked(asked: Stretch, most_days: int, *, prefix: str = "") -> Stretch:
    """The same; Invalid where it is empty or longer than so many days."""
    if asked.end <= asked.start:
        raise wrong(f"{prefix}to", f"must lie after {prefix}from")
    if asked.end - asked.start > most_days * DAY + CHANGES:
        raise wrong(f"{prefix}to", f"must lie at most {most_days} days after {prefix}from")
    return asked


def instant(field: str, text: str, zone_name: str, *, is_end: bool = False) -> datetime:
    """The instant of a text, in UTC. Without an offset it is the zone's wall clock; a date is its
    midnight, and as an end the midnight after it."""
    try:
        found = _read(text, zone_name, is_end=is_end)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise wrong(
            field, f"must be a date such as 2026-05-01 or an instant such as "
            f"2026-05-01T15:00:00Z, not {text!r}",
        )  # fmt: skip
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise wrong(field, f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    return found


def _read(text: str, zone_name: str, *, is_end: bool) -> datetime | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        written = datetime.fromisoformat(text)
        if written.tzinfo is not None:
            return written.astimezone(UTC)
        slot = resolve(written, zone_name)
        return slot.at if slot else None
    return midnight(day + DAY if is_end else day, zone_name)


def midnight(day: date, zone_name: str) -> datetime:
    """The first instant of a local date, or of the one after it where a zone skipped the date."""
    slot = resolve(datetime.combine(day, time()), zone_name)
    return slot.at if slot else midnight(day + DAY, zone_name)


def _days_on(start: datetime, zone_name: str, days: int) -> datetime:
    """The same wall-clock time so many days later."""
    local = start.astimezone(zone(zone_name)).replace(tzinfo=None, fold=0) + days * DAY
    slot = resolve(local, zone_name)
    return slot.at if slot else start + days * DAY
