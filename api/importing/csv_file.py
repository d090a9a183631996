"""Calendars as CSV: rows into publish requests, with errors that name the cell."""

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any

from api.errors import FieldError
from api.importing.rows import LINKS, LISTS, BadCell, BadFile, Row, absolute, made

COLUMNS = (
    "key", "postType", "caption", "platforms", "accountIds", "publishMode", "scheduledAt",
    "timezone", "videoUrl", "photoUrls", "documentUrl", "platformFields", "sourceVideoId",
    "sourcePlaylistId",
)  # fmt: skip
REQUIRED = ("postType", "caption")


def read(lines: Iterable[str], media_base: str | None) -> Iterator[Row]:
    """The rows of a CSV file with a header. Relative media links are joined to `media_base`."""
    reader = csv.DictReader(lines, strict=True)
    line = 1
    try:
        _check_header(reader.fieldnames)
        line = reader.line_num + 1
        for cells in reader:
            yield _row(_first_line(reader.line_num, cells), cells, media_base)
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(f"line {line}: not valid CSV: {error}") from None
    except UnicodeDecodeError:
        raise BadFile(f"line {line}: the file must be UTF-8 text") from None


def _first_line(last: int, cells: dict[str | Any, Any]) -> int:
    """The line on which a row begins: its cells may hold line ends, blank lines may precede it."""
    texts = [
        each for cell in cells.values() for each in (cell if isinstance(cell, list) else [cell])
    ]
    breaks: int = sum(text.count("\n") for text in texts if text)
    return last - breaks


def _check_header(names: Any) -> None:  # noqa: ANN401  (csv's own type differs between versions)
    if not names:
        raise BadFile(f"the file is empty; its first line must name columns: {','.join(COLUMNS)}")
    missing = [name for name in REQUIRED if name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    twice = sorted({name for name in names if names.count(name) > 1})
    if missing or unknown or twice:
        what = [f"{name!r} is missing" for name in missing]
        what += [f"{name[:100]!r} is no column of a calendar" for name in unknown]
        what += [f"{name[:100]!r} is there twice" for name in twice]
        raise BadFile(f"header: {'; '.join(what)}. The columns are: {', '.join(COLUMNS)}")


def _row(line: int, cells: dict[str | Any, Any], media_base: str | None) -> Row:
    key = (cells.get("key") or "").strip()
    if None in cells or None in cells.values():
        problem = FieldError(field="row", message="has not as many cells as the header")
        return Row(line, key, problems=[problem])
    try:
        return made(line, key, _values(cells, media_base), cells)
    except BadCell as error:
        row = made(line, key, {}, cells)
        row.problems = [FieldError(field=error.field, message=str(error))]
        return row


def _values(cells: dict[str, str], media_base: str | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, text in cells.items():
        if name == "key" or (not text.strip() and name != "caption"):
            continue
        values[name] = _value(name, text, media_base)
    values.setdefault("publishMode", "schedule" if "scheduledAt" in values else "next_slot")
    return values


def _value(name: str, text: str, media_base: str | None) -> Any:  # noqa: ANN401  (JSON)
    if name == "caption":
        return text
    if name == "platformFields":
        return _object(name, text)
    if name == "photoUrls":
        return [absolute(name, part, media_base) for part in text.split()]
    if name in LISTS:
        return text.replace(",", " ").split()
    return absolute(name, text.strip(), media_base) if name in LINKS else text.strip()


def _object(name: str, text: str) -> Any:  # noqa: ANN401  (JSON)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f'must be a JSON object such as {{"youtubeTitle": "…"}}: {str(error)[:200]}'
        raise BadCell(name, message) from None
