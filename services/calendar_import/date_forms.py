"""The forms of dates in spreadsheets that mean one day only. Pure."""

import re
import unicodedata
from datetime import date
from typing import Final

from media.urls import INVISIBLE
from services.iso_8601 import parse_date

_INVISIBLE: Final = re.compile(f"[{INVISIBLE}]")
_DASHES: Final = re.compile("[\u2010-\u2015\u2212]")
_EAST_ASIAN: Final = re.compile(r"([0-9]{4})年\s?([0-9]{1,2})月\s?([0-9]{1,2})日")
# Behind a dot some countries write a blank.
_SIGN: Final = r"(?P<sign>[-/]|\.\s?)"
_YEAR_FIRST: Final = re.compile(
    rf"(?P<y>[0-9]{{4}}){_SIGN}(?P<m>[0-9]{{1,2}})(?P=sign)(?P<d>[0-9]{{1,2}})(?P<rest>.*)"
)
_DAY_AND_MONTH: Final = {
    order: re.compile(
        rf"(?P<{order[0]}>[0-9]{{1,2}}){_SIGN}(?P<{order[1]}>[0-9]{{1,2}})(?P=sign)"
        r"(?P<y>[0-9]{4}|[0-9]{2})(?![0-9])(?P<rest>.*)"
    )
    for order in ("dmy", "mdy")
}
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY: Final = rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)})[a-z]*\.?,?\s+)?"
_NAMED_MONTH: Final = tuple(
    re.compile(_WEEKDAY + form + r"(?P<y>[0-9]{4})(?![0-9])(?P<rest>.*)", re.IGNORECASE)
    for form in (
        r"(?P<name>[a-z]{3,9})\.?\s+(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?,?\s+",
        r"(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?[-\s]+(?P<name>[a-z]{3,9})\.?,?[-\s]+",
    )
)


def plain_text(text: str) -> str:
    """The text with usual digits, blanks and dashes, and without invisible characters."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).strip()
    return _EAST_ASIAN.sub(r"\1-\2-\3", _DASHES.sub("-", text))


def split_date(text: str, order: str | None) -> tuple[date, str]:
    """The date that a text begins with, and the text behind it. ValueError for other texts, and
    where only an `order` of day and month would say which day it is."""
    found = _YEAR_FIRST.fullmatch(text)
    if found is None and order in _DAY_AND_MONTH:
        found = _DAY_AND_MONTH[order].fullmatch(text)
    if found is not None:
        year = int(found["y"]) + (2000 if len(found["y"]) == 2 else 0)
        return date(year, int(found["m"]), int(found["d"])), found["rest"]
    return _split_named_month(text) or (parse_date(text), "")


def _split_named_month(text: str) -> tuple[date, str] | None:
    found = next((match for form in _NAMED_MONTH if (match := form.fullmatch(text))), None)
    if found is None:
        return None
    name = found["name"].lower()
    names = [each for each in _MONTHS if name in {each, each[:3]} or name == each[:4] == "sept"]
    if not names:
        raise ValueError("is no month")
    day = date(int(found["y"]), _MONTHS.index(names[0]) + 1, int(found["d"]))
    if found["weekday"] and found["weekday"].lower() != _WEEKDAYS[day.weekday()]:
        raise ValueError("is another day of the week")
    return day, found["rest"]
