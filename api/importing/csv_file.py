"""Calendars as CSV: rows into publish requests, with errors that name the cell."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from api.errors import FieldError
from api.importing import header
from api.importing.formulas import as_written
from api.importing.rows import LINKS, LISTS, BadCell, BadFile, Reading, Row, absolute, made

Record = tuple[int, list[str]]


def read(lines: Iterable[str], how: Reading) -> Iterator[Row]:
    """The rows of a CSV file with a header. BadFile, perhaps after some rows, where it is none."""
    found = records(lines, how)
    _, titles = next(found)
    names = header.meanings(titles, how.names)
    for line, cells in found:
        row = _row(line, names, cells, how.media_base)
        row.source = cells
        yield row


def records(lines: Iterable[str], how: Reading) -> Iterator[Record]:
    """The header and the rows as they are written, each with the line on which it begins: a cell
    may hold line ends. Lines without any text are no rows. BadFile where it is not CSV."""
    first, lines = header.first_line(lines)
    reader = csv.reader(lines, strict=True, delimiter=how.delimiter or header.delimiter(first))
    line, begun = 1, False
    try:
        for cells in reader:
            if not begun or any(cell.strip() for cell in cells):
                begun = begun or bool(cells)
                if cells:
                    yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(f"line {line}: not valid CSV: {error}") from None
    except UnicodeDecodeError:
        raise BadFile(f"line {line}: the file must be UTF-8 text") from None
    if not begun:
        raise BadFile(header.EMPTY)


def _row(line: int, names: list[str | None], cells: list[str], media_base: str | None) -> Row:
    written = {name: cell for name, cell in zip(names, cells, strict=False) if name is not None}
    key = as_written(written.get("key", "").strip())
    if len(cells) != len(names):
        message = f"has {len(cells)} cells, but the header has {len(names)}"
        return Row(line, key, problems=[FieldError(field="row", message=message)])
    try:
        return made(line, key, _values(written, media_base), written)
    except BadCell as error:
        row = made(line, key, {}, written)
        row.problems = [FieldError(field=error.field, message=str(error))]
        return row


def _values(cells: Mapping[str, str], media_base: str | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, text in cells.items():
        if name == "key" or (not text.strip() and name != "caption"):
            continue
        values[name] = _value(name, as_written(text), media_base)
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
