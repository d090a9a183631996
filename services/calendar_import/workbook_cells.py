"""Cells of a workbook as the texts that a CSV file would have, with dates as ISO 8601. Pure."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from services.calendar_import.cells import ROUNDED, UNCALCULATED

# Parts of a number format that are shown as they are, or that name a colour or a language.
_LITERALS = re.compile(r'"[^"]*"|\\.|\[\$[^]]*\]')
_EXACT = 10**15
# As the file format writes it in texts.
_CARRIAGE_RETURN = "_x000D_"
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def to_text(cell: Any, *, is_formula: bool) -> str:  # noqa: ANN401, PLR0911  (has no type)
    """The text of a cell."""
    value = cell.value
    if value is None:
        return UNCALCULATED if is_formula else ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return _moment(value, cell.number_format or "")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, int | float):
        return _number(value)
    return str(value).replace(_CARRIAGE_RETURN, "\r")


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


def _number(value: float) -> str:
    """A whole number without a point. A spreadsheet keeps fifteen digits; others are lost."""
    if abs(value) >= _EXACT:
        return ROUNDED
    return str(int(value)) if value == int(value) else f"{value:.15g}"
