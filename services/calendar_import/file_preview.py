"""What a person sees of a calendar before its rows are read: columns, guesses, examples."""

import io
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from media.graphemes import cut
from services import strict_json
from services.calendar_import import (
    calendar_reader,
    csv_header,
    csv_reader,
    jsonl_reader,
    workbook_reader,
)
from services.calendar_import.calendar_rows import MAX_ROWS
from services.calendar_import.csv_header import INPUT_COLUMNS
from services.calendar_import.csv_reader import Record
from services.calendar_import.date_question import DateQuestion, ask_order
from services.calendar_import.file_kinds import is_workbook
from services.calendar_import.rows import ReadOptions
from services.calendar_import.text_lines import open_lines
from services.errors import ValidationFailed

SAMPLES: Final = 3
_SAMPLE_LENGTH: Final = 80
DATE_COLUMN: Final = "scheduledAt"
NOTHING_CHOSEN: Final[Mapping[int, str]] = {}
# More fields than a post has are no calendar.
_MAX_COLUMNS: Final = 200


@dataclass(frozen=True, slots=True)
class PreviewColumn:
    """A column: its number from 0, its title, our name of it (empty: it is not read), and its first
    values."""

    number: int
    title: str
    name: str
    samples: list[str]


@dataclass(frozen=True, slots=True)
class FilePreview:
    """The columns of a calendar, the question on its dates, and the sheets of a workbook.

    `options`: as given, with what each column means.
    """

    format: calendar_reader.Format
    columns: list[PreviewColumn]
    options: ReadOptions
    dates: DateQuestion | None = None
    sheets: list[str] = field(default_factory=list)

    @property
    def has_caption(self) -> bool:
        """Whether a column holds the texts of the posts."""
        return any(each.name == "caption" for each in self.columns)


def preview_file(
    raw: bytes, options: ReadOptions, chosen: Mapping[int, str] = NOTHING_CHOSEN
) -> FilePreview:
    """The preview of a calendar. `chosen`: what a person says of columns, by their numbers from 0.

    Titles that mean nothing to us are not read, as the second one of two that mean the same.
    BadFile where the file is no calendar at all.
    """
    content = io.BytesIO(raw)
    if is_workbook(content):
        sheets, first = workbook_reader.list_sheets(content)
        options = replace(options, sheet=options.sheet or first)
        records = workbook_reader.iter_records(content, options)
        return replace(_preview("xlsx", records, options, chosen), sheets=sheets)
    with open_lines(content, options.encoding) as lines:
        begin, all_lines = csv_header.peek_first_line(lines)
        if calendar_reader.is_json_lines(begin):
            return _preview("jsonl", iter(_tabulate(all_lines)), options, chosen)
        return _preview("csv", csv_reader.iter_records(all_lines, options), options, chosen)


def _preview(
    format_: calendar_reader.Format,
    records: Iterator[Record],
    options: ReadOptions,
    chosen: Mapping[int, str],
) -> FilePreview:
    _, titles = next(records)
    rows = [cells for _, cells in itertools.islice(records, MAX_ROWS)]
    names = guess_columns(titles, chosen)
    known = {title: name for title, name in names if title}
    columns = [
        PreviewColumn(number, title, name, _samples(rows, number))
        for number, (title, name) in enumerate(names)
        if title
    ]
    dates = [
        cells[number]
        for number, (_, name) in enumerate(names)
        if name == DATE_COLUMN
        for cells in rows
        if number < len(cells)
    ]
    return FilePreview(format_, columns, replace(options, names=known), ask_order(dates))


def guess_columns(titles: Sequence[str], chosen: Mapping[int, str]) -> list[tuple[str, str]]:
    """Each title with our name of it: as chosen, or as we know it; empty where we do not."""
    used: set[str] = set(chosen.values())
    found: list[tuple[str, str]] = []
    for number, title in enumerate(each.strip() for each in titles):
        name = chosen.get(number)
        if name is None:
            guess = csv_header.column_of(title, {})
            name = guess if guess in INPUT_COLUMNS and guess not in used else ""
        used.add(name)
        found.append((title, name))
    return found


def _samples(rows: Sequence[list[str]], number: int) -> list[str]:
    """The first values of a column, each once."""
    cells = (" ".join(row[number].split()) for row in rows if number < len(row))
    return [cut(cell, _SAMPLE_LENGTH) for cell in itertools.islice(_once(cells), SAMPLES)]


def _once(cells: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for cell in cells:
        if cell and cell not in seen:
            seen.add(cell)
            yield cell


def _tabulate(lines: Iterable[str]) -> list[Record]:
    """Objects as a table, with a title for each field; lines that are none are left to the reader,
    which names what is wrong."""
    objects = [
        _parse(line) for _, line in itertools.islice(jsonl_reader.iter_records(lines), MAX_ROWS)
    ]
    titles = list(dict.fromkeys(name for each in objects for name in each))[:_MAX_COLUMNS]
    rows = [[_as_text(each.get(title)) for title in titles] for each in objects]
    return list(enumerate([titles, *rows], 1))


def _parse(line: str) -> dict[str, Any]:
    try:
        return strict_json.parse_object(line.encode("utf-8", "surrogatepass")) or {}
    except ValidationFailed:
        return {}


def _as_text(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)
