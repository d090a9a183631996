"""Dates and times as spreadsheets write them, as ISO 8601. Pure.

A form that means one thing is read: the year first, or an order of day and month that the caller
named. Whether 5/3/2027 is in March or in May is never guessed.
"""

import re
from datetime import date, time

from media.graphemes import cut
from services.calendar_import.date_forms import plain_text, split_date
from services.calendar_import.rows import BadCell, BadFile
from services.iso_8601 import parse_date_time

FIELD, TIME_FIELD = "scheduledAt", "scheduledTime"
EXAMPLE = "2026-05-01T15:00:00Z or 2026-05-01 15:00"
ORDERS = ("dmy", "mdy", "ymd")
# TT.MM.JJJJ, DD-MM-JJJJ, JJ/MM/AAAA, DD/MM/AAAA and GG/MM/AAAA: Excel's in other languages.
_LOCAL_ORDERS = dict.fromkeys(("tmj", "dmj", "jma", "dma", "gma"), "dmy")
_ORDER_WORDS = {"dmy": "day, month, year", "mdy": "month, day, year"}
_CLOCK = re.compile(
    r"(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?)?"
    r"(?:\s*(?P<half>[AaPp])\.?\s?[Mm]\.?)?"
)
_CLOCK_WITH_DOTS = re.compile(r"[0-9]{1,2}\.[0-9]{2}(?:\.[0-9]{2})?")
_REST = re.compile(
    r"(?:\.?,?\s+|[Tt])(?P<clock>.*?)(?:\s*(?P<utc>Z|UTC|GMT)|\s?(?P<offset>[+-][0-9]{2}(?::?[0-9]{2})?))?",
    re.IGNORECASE,
)
_SHORT_YEAR_LAST = re.compile(r"[0-9]{1,2}(?:[-/]|\.\s?)[0-9]{1,2}(?:[-/]|\.\s?)[0-9]{2}")
_MAX_LENGTH = 200
_HALF_DAY = 12
_TIME_PLACES = (
    f"write it behind the date, such as 2026-05-01 15:00, or in a column of times, {TIME_FIELD}"
)


def parse_date_format(text: str) -> str:
    """The order of day, month and year in a format such as DD.MM.YYYY, dmy or %d/%m/%Y, one of
    ORDERS. BadFile says what would be right."""
    letters = re.sub("[^a-z]", "", text.casefold().partition("h")[0])
    order = re.sub(r"(.)\1+", r"\1", letters)
    order = _LOCAL_ORDERS.get(order, order)
    if order not in ORDERS:
        raise BadFile(
            f"the format of dates must be such as DD.MM.YYYY or MM/DD/YYYY, not {cut(text, 100)!r}"
        )
    return order


def read_schedule(text: str, clock: str, order: str | None) -> str:
    """The text of `scheduledAt`, with the time of a column of its own where there is one, as ISO
    8601. BadCell says what would be right."""
    text, clock = plain_text(text), plain_text(clock)
    if not text:
        given = f"but {TIME_FIELD} has {clock!r}; give both or none" if clock else "to the eye"
        raise BadCell(FIELD, f"is empty, {given}")
    if max(len(text), len(clock)) > _MAX_LENGTH:  # no date; and the patterns are not linear
        raise BadCell(FIELD, _unknown_form(text, order))
    if _is_iso(text):
        day, rest = None, text
    else:
        day, rest = _split_date(text, order)
    if rest and clock:
        raise BadCell(FIELD, f"{text!r} has a time, and {TIME_FIELD} has {clock!r}; leave one out")
    if not rest and not clock:
        raise BadCell(FIELD, f"{text!r} has no time of day; {_TIME_PLACES}")
    if day is None:
        return text
    return f"{day.isoformat()}T{_read_rest(text, rest, order) if rest else _read_clock(clock)}"


def _is_iso(text: str) -> bool:
    try:
        parse_date_time(text)
    except (ValueError, OverflowError):
        return False
    return True


def _split_date(text: str, order: str | None) -> tuple[date, str]:
    """The date that a text begins with, and the text behind it."""
    try:
        day, rest = split_date(text, order)
    except ValueError:
        raise BadCell(FIELD, _unknown_form(text, order)) from None
    return day, "" if rest.strip() == "." else rest


def _read_rest(text: str, rest: str, order: str | None) -> str:
    """What follows a date, as ISO 8601 without the T: a clock, and perhaps an offset."""
    try:
        return _parse_time(_REST.fullmatch(rest))
    except ValueError:
        raise BadCell(FIELD, _unknown_form(text, order)) from None


def _parse_time(found: re.Match[str] | None) -> str:
    """A time of day and its offset. Without seconds, an offset to the west may be the end of a span
    of time: 9:00-10:00."""
    if found is None:
        raise ValueError("is no time of day")
    clock, offset = found["clock"], found["offset"] or ""
    if _CLOCK_WITH_DOTS.fullmatch(clock):
        clock = clock.replace(".", ":")
    if offset.startswith("-") and clock.count(":") < 2:
        raise ValueError("may be a span of time")
    return _parse_clock(clock) + ("Z" if found["utc"] else offset)


def _read_clock(text: str) -> str:
    """The time of a column of times."""
    try:
        return _parse_clock(text)
    except ValueError:
        message = f"must be a time of day such as 15:00 or 3:00 PM, not {cut(text, 100)!r}"
        raise BadCell(TIME_FIELD, message) from None


def _parse_clock(text: str) -> str:
    """A time of day as ISO 8601, which knows 24:00 too."""
    found = _CLOCK.fullmatch(text)
    if found is None or (found["minute"] is None and found["half"] is None):
        raise ValueError("is no time of day")
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if found["half"] is not None:
        if not 1 <= hour <= _HALF_DAY:
            raise ValueError("no half of a day has that hour")
        hour = hour % _HALF_DAY + (_HALF_DAY if found["half"] in "Pp" else 0)
    if (hour, minute, second) == (24, 0, 0):
        return "24:00:00"
    return time(hour, minute, second).isoformat()


def _unknown_form(text: str, order: str | None) -> str:
    message = f"must be a date and time such as {EXAMPLE}, not {cut(text, 100)!r}"
    if not _SHORT_YEAR_LAST.match(text):
        return message
    if order in {"dmy", "mdy"}:
        return f"{message}; dates of this file are read as {_ORDER_WORDS[order]}"
    return (
        f"{message}; where the file has another order of day and month, say which: "
        "--date-format DD.MM.YYYY, or dateFormat over HTTP"
    )
