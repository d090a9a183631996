"""All rows of a calendar that came in one request: at most as many as one answer can hold."""

import io
import itertools
from typing import Final

from services.calendar_import.calendar_reader import CalendarFile, RowReader
from services.calendar_import.rows import BadFile, ReadOptions, Row
from services.errors import invalid_field

MAX_ROWS: Final = 1_000
# The largest file, in bytes.
MAX_BYTES: Final = 16 << 20
TOO_MANY_ROWS: Final = f"has more than {MAX_ROWS:,} rows; split it, and import its parts"


def read_calendar(raw: bytes, options: ReadOptions, reader: RowReader | None = None) -> list[Row]:
    """The rows; ValidationFailed where the file is no calendar, or too long."""
    if not raw.strip():
        raise invalid_field("file", "is empty")
    file = CalendarFile(io.BytesIO(raw), options, reader)
    try:
        rows = list(itertools.islice(file.rows(), MAX_ROWS + 1))
    except BadFile as error:
        raise invalid_field("file", str(error)) from None
    if len(rows) > MAX_ROWS:
        raise invalid_field("file", TOO_MANY_ROWS)
    return rows
