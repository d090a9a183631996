"""Reading CSV calendars: each row becomes a publish request, or an error that names its column."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from media.graphemes import cut
from services.calendar_import import csv_header
from services.calendar_import.csv_injection import unescape_formula
from services.calendar_import.rows import (
    LINK_COLUMNS,
    LIST_COLUMNS,
    BadCell,
    BadFile,
    ReadOptions,
    Row,
    build_row,
    resolve_link,
)
from services.errors import FieldError

Record = tuple[int, list[str]]


def read(lines: Iterable[str], options: ReadOptions) -> Iterator[Row]:
    """The rows of a CSV file with a header. Raises BadFile, perhaps after some rows, where the file
    is not valid CSV."""
    records = iter_records(lines, options)
    _, titles = next(records)
    names = csv_header.map_columns(titles, options.names)
    for line, cells in records:
        row = _build_row(line, names, cells, options.media_base)
        row.source = cells
        yield row


def iter_records(lines: Iterable[str], options: ReadOptions) -> Iterator[Record]:
    """The header and the rows as lists of cells, each with the number of its first line, since a
    cell may contain line breaks. Blank lines are skipped. BadFile where it is not CSV."""
    first, lines = csv_header.peek_first_line(lines)
    reader = csv.reader(
        lines, strict=True, delimiter=options.delimiter or csv_header.detect_delimiter(first)
    )
    line, has_header = 1, False
    try:
        for cells in reader:
            if not has_header or any(cell.strip() for cell in cells):
                has_header = has_header or bool(cells)
                if cells:
                    yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(f"line {line}: not valid CSV: {error}") from None
    except UnicodeDecodeError:
        raise BadFile(f"line {line}: the file must be UTF-8 text") from None
    if not has_header:
        raise BadFile(csv_header.EMPTY_FILE)


def _build_row(line: int, names: list[str | None], cells: list[str], media_base: str | None) -> Row:
    written = {name: cell for name, cell in zip(names, cells, strict=False) if name is not None}
    key = unescape_formula(written.get("key", "").strip())
    if len(cells) != len(names):
        message = f"has {len(cells)} cells, but the header has {len(names)}"
        return Row(line, key, problems=[FieldError(field="row", message=message)])
    try:
        return build_row(line, key, _parse_cells(written, media_base), written)
    except BadCell as error:
        row = build_row(line, key, {}, written)
        row.problems = [FieldError(field=error.field, message=str(error))]
        return row


def _parse_cells(cells: Mapping[str, str], media_base: str | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, text in cells.items():
        if name == "key" or (not text.strip() and name != "caption"):
            continue
        values[name] = _parse_cell(name, unescape_formula(text), media_base)
    values.setdefault("publishMode", "schedule" if "scheduledAt" in values else "next_slot")
    return values


def _parse_cell(name: str, text: str, media_base: str | None) -> Any:  # noqa: ANN401  (JSON)
    if name == "caption":
        return text
    if name == "platformFields":
        return _parse_json(name, text)
    if name == "photoUrls":
        return [resolve_link(name, part, media_base) for part in text.split()]
    if name in LIST_COLUMNS:
        return text.replace(",", " ").split()
    return resolve_link(name, text.strip(), media_base) if name in LINK_COLUMNS else text.strip()


def _parse_json(name: str, text: str) -> Any:  # noqa: ANN401  (JSON)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f'must be a JSON object such as {{"youtubeTitle": "…"}}: {cut(str(error), 200)}'
        raise BadCell(name, message) from None
