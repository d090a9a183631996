"""Parses option values: instants, patterns, zones, rules. Errors name the option."""

import re
from datetime import UTC, datetime, time

from cli.output import fail
from scheduler.recurrence.dst_policy import GapPolicy, OverlapPolicy
from scheduler.recurrence.occurrences import Rule
from scheduler.recurrence.patterns import BadRule, Pattern, parse_cron, parse_weekly
from scheduler.recurrence.timezones import UnknownZone, find_zone
from services.iso_8601 import parse_date, parse_date_time

FIRST_YEAR, LAST_YEAR = 1970, 2199
# Fields of the API whose option has another name.
FIELD_OPTIONS = {
    "scheduledAt": "--at",
    "expiresAt": "--expires",
    "from": "--from",
    "to": "--to",
    "mode": "--at, --draft",
    "version": "--if-version",
    "platforms": "--network",
    "accountIds": "--account",
    **dict.fromkeys(("videoUrl", "photoUrls", "documentUrl"), "--link"),
}


def option_name(field: str) -> str:
    """The option that fills a field of the API."""
    return (
        FIELD_OPTIONS.get(field.partition("[")[0]) or "--" + re.sub("(?=[A-Z])", "-", field).lower()
    )


def parse_instant(option: str, text: str) -> datetime:
    """An ISO 8601 instant; without an offset it is UTC."""
    try:
        parsed = _parse_instant_or_date(text)
        at = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        fail(f"{option}: must be an instant such as 2026-03-07T00:00:00Z, not {text!r}", code=2)
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        fail(f"{option}: must lie in the years {FIRST_YEAR} to {LAST_YEAR}", code=2)
    return at


def _parse_instant_or_date(text: str) -> datetime:
    try:
        return datetime.combine(parse_date(text.strip()), time())
    except ValueError:
        return parse_date_time(text)


def parse_pattern(day_of_week: int | None, clock: str | None, expression: str | None) -> Pattern:
    """The pattern of `--day-of-week` and `--time`, or of `--cron`."""
    if expression is not None and (day_of_week is not None or clock is not None):
        fail("--cron: cannot be used with --day-of-week or --time", code=2)
    try:
        return (
            parse_cron(expression) if expression is not None else parse_weekly(day_of_week, clock)
        )
    except BadRule as error:
        option = {"dayOfWeek": "--day-of-week", "time": "--time", "cron": "--cron"}[error.field]
        fail(f"{option}: {error}", code=2)


def parse_timezone(option: str, text: str) -> str:
    """An IANA time zone."""
    try:
        return find_zone(text)
    except UnknownZone as error:
        fail(f"{option}: {error}", code=2)


def parse_rule(
    text: str, gap: GapPolicy = GapPolicy.FORWARD, overlap: OverlapPolicy = OverlapPolicy.FIRST
) -> Rule:
    """A rule in one text: "1 10:00 Europe/Berlin", or five cron fields and the zone."""
    *fields, timezone_text = text.split() or [""]
    try:
        day, clock = fields if len(fields) == 2 else ("", "")
        pattern: Pattern = (
            parse_weekly(int(day) if day.isdecimal() else day, clock)
            if day
            else parse_cron(" ".join(fields))
        )
    except BadRule as error:
        fail(f"--rule {text!r}: {error.field}: {error}", code=2)
    return Rule(
        pattern, parse_timezone(f"--rule {text!r}", timezone_text), gap=gap, overlap=overlap
    )
