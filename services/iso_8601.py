"""Reading a date with a time of day as ISO 8601 and RFC 3339 write it, and nothing else. Pure.

`datetime.fromisoformat` takes more: any character for the T, so that the XML date
2027-03-05-05:00 (a date in the zone -05:00) would be five o'clock.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

_OFFSET = r"(?P<offset>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?"
_SECOND = r"(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?"
_LONG_DATE = r"(?P<date>[0-9]{4}-(?:[0-9]{2}-[0-9]{2}|W[0-9]{2}-[0-9]|[0-9]{3}))"
_SHORT_DATE = r"(?P<date>[0-9]{8}|[0-9]{4}W[0-9]{3}|[0-9]{7})"
_FORMS = tuple(
    re.compile(form + _OFFSET)
    for form in (
        _LONG_DATE + rf"[Tt ](?P<hour>[0-9]{{2}}):(?P<minute>[0-9]{{2}})(?::{_SECOND})?",
        _LONG_DATE + r"[Tt](?P<hour>[0-9]{2})",
        _SHORT_DATE + rf"[Tt](?P<hour>[0-9]{{2}})(?:(?P<minute>[0-9]{{2}})(?:{_SECOND})?)?",
    )
)
_WEEK_ALONE = re.compile(r"[0-9]{4}-?W[0-9]{2}")
_ORDINAL = re.compile(r"([0-9]{4})-?([0-9]{3})")
_MINUS = "\N{MINUS SIGN}"


def parse_date_time(text: str) -> datetime:
    """The date and time of a text; without an offset it has no zone.

    Raises ValueError for anything else, and OverflowError at the ends of the calendar.
    """
    text = text.strip().replace(_MINUS, "-")
    found = next((match for form in _FORMS if (match := form.fullmatch(text))), None)
    if found is None:
        raise ValueError("is no date with a time of day")
    parts = found.groupdict()
    zone = _parse_offset(parts["offset"])
    local = datetime.combine(parse_date(parts["date"]), time(), zone)
    return local + _time_of_day(parts, local)


def parse_date(text: str) -> date:
    """A date alone: of a month, of a week, or of a year. ValueError for anything else."""
    if _WEEK_ALONE.fullmatch(text):  # `fromisoformat` takes its Monday
        raise ValueError("a week is no day")
    ordinal = _ORDINAL.fullmatch(text)
    if ordinal is None:
        return date.fromisoformat(text)
    found = date(int(ordinal[1]), 1, 1) + timedelta(days=int(ordinal[2]) - 1)
    if found.year != int(ordinal[1]):
        raise ValueError("the year has no such day")
    return found


def _parse_offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text in "Zz":
        return UTC
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    if hours > 23 or minutes > 59:
        raise ValueError("no offset is that large")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def _time_of_day(parts: dict[str, str | None], day: datetime) -> timedelta:
    """How long after midnight: up to 24:00, and with a leap second where there may be one."""
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    micros = int(f"{parts.get('fraction') or '':0<6.6}")
    after = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micros)
    is_end_of_day = after == timedelta(days=1) and second == 0 and minute == 0
    if minute > 59 or (hour > 23 and not is_end_of_day):
        raise ValueError("the clock has no such time")
    if second > 59 and not (second == 60 and _is_before_midnight_utc(day, hour, minute)):
        raise ValueError("the minute has no such second")
    return after


def _is_before_midnight_utc(day: datetime, hour: int, minute: int) -> bool:
    """Whether a leap second may follow: they come at 23:59:60 UTC."""
    if day.tzinfo is None:
        return False
    at = (day + timedelta(hours=hour, minutes=minute)).astimezone(UTC)
    return (at.hour, at.minute) == (23, 59)
