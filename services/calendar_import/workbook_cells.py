"""Cells of a workbook as the texts that a CSV file would have, with dates as ISO 8601. Pure."""

import math
import re
from datetime import date, datetime, time, timedelta
from typing import Any

from services.calendar_import.cells import FORMATTED, ROUNDED, UNCALCULATED, ShownValue

# Parts of a number format that are shown as they are, or that name a colour or a language.
_LITERALS = re.compile(r'"[^"]*"|\\.|\[\$[^]]*\]')
_EXACT = 10**15
# A character as the file format writes it in texts, such as _x000D_; no half of one.
_ESCAPED = re.compile("_x((?!D[89A-F])[0-9A-F]{4})_", re.IGNORECASE)
_PLAIN_FORMATS = frozenset({"", "@", "general", "standard"})
_WHOLE_NUMBER = re.compile("#*0?")
_PADDED = re.compile("0{2,}")
_FIXED = re.compile(r"0(?:\.(?P<decimals>0+))?%|0\.(?P<digits>0+)")
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def to_text(cell: Any, *, is_formula: bool) -> str:  # noqa: ANN401, PLR0911  (has no type)
    """The text of a cell."""
    value = cell.value
    if value is None:
        return UNCALCULATED if is_formula else ""
    if isinstance(value, bool):
        return ShownValue(str(value).lower())
    if isinstance(value, datetime):
        return ShownValue(_moment(value, cell.number_format or ""))
    if isinstance(value, date | time):
        return ShownValue(value.isoformat())
    if isinstance(value, timedelta):
        return ShownValue(_duration(value))
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "")
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value))


def _moment(value: datetime, number_format: str) -> str:
    """A date without a time where the cell shows none and has none."""
    rounded = (value + _SECOND / 2).replace(microsecond=0)
    shows_time = "h" in _LITERALS.sub("", number_format).casefold()
    return (
        rounded.isoformat()
        if shows_time or rounded.time() != time()
        else rounded.date().isoformat()
    )


def _duration(value: timedelta) -> str:
    """Some spreadsheets keep a time of day as the time since midnight."""
    if timedelta() <= value < _DAY:
        minutes, seconds = divmod(value.seconds, 60)
        return time(*divmod(minutes, 60), seconds).isoformat()
    return str(value)


def _number(value: float, number_format: str) -> str:
    """A number as it is shown, where its format is a usual one; whole ones without a point. A
    spreadsheet keeps fifteen digits; others are lost."""
    if abs(value) >= _EXACT:
        return ROUNDED
    is_whole = value == int(value)
    if number_format.casefold() in _PLAIN_FORMATS:
        return str(int(value)) if is_whole else f"{value:.15g}"
    if is_whole and _WHOLE_NUMBER.fullmatch(number_format):
        return str(int(value))
    if is_whole and _PADDED.fullmatch(number_format):
        return f"{int(value):0{len(number_format)}}"
    fixed = _FIXED.fullmatch(number_format)
    return _fixed_point(value, fixed) if fixed else FORMATTED


def _fixed_point(value: float, fixed: re.Match[str]) -> str:
    """A number or a percentage with decimals, where none is hidden."""
    sign = "%" if fixed[0].endswith("%") else ""
    shown = value * 100 if sign else value
    text = f"{shown:.{len(fixed['decimals'] or fixed['digits'] or '')}f}"
    return text + sign if math.isclose(float(text), shown, abs_tol=1e-12) else FORMATTED
