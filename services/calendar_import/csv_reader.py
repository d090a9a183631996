"""Reading calendars in CSV and other tables: each row becomes a publish request, or problems that
name its columns."""

import csv
import itertools
from collections.abc import Iterable, Iterator, Sequence

from services.calendar_import import csv_header
from services.calendar_import.cells import parse_cells, strip_invisible
from services.calendar_import.csv_injection import unescape_formula
from services.calendar_import.rows import BadFile, ReadOptions, Row, build_row
from services.calendar_import.version_columns import is_caption
from services.errors import FieldError

Record = tuple[int, list[str]]
_LETTERS = 26
# What to change, by a part of what the library says.
_CSV_HINTS = (
    ("unexpected end of data", "; a cell that begins with a quote must end with one"),
    (" expected after ", '; write a quote within a quoted cell twice, as in "say ""hi"" to us"'),
    ("field larger than", "; perhaps a quote at the end of a cell is missing"),
)
_QUOTING = (
    '; a cell with a delimiter in it must begin and end with a quote ("), without blanks around'
)


def read(lines: Iterable[str], options: ReadOptions) -> Iterator[Row]:
    """The rows of a CSV file with a header. Raises BadFile, perhaps after some rows, where the file
    is not valid CSV."""
    last = _LastLine(lines)
    yield from read_records(iter_records(last, options), options, last)


def read_records(
    records: Iterator[Record], options: ReadOptions, last: "_LastLine | None" = None
) -> Iterator[Row]:
    """The rows of a table whose first record is the header."""
    _, names = csv_header.map_header(records, options.names)
    for line, cells in records:
        problem = _table_problem(names, cells, is_cut_off=last is not None and last.is_open)
        row = _build_row(line, names, cells, options, problem)
        row.source = cells
        yield row


class _LastLine:
    """Lines; knows whether the last one that was read has an end."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        self.is_open = False

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.is_open = not line.endswith(("\n", "\r"))
            yield line


def iter_records(lines: Iterable[str], options: ReadOptions) -> Iterator[Record]:
    """The header and the rows as lists of cells, each with the number of its first line, since a
    cell may contain line breaks. Blank lines are skipped. BadFile where it is not CSV."""
    skipped, delimiter, lines = _find_delimiter(lines, options)
    reader = csv.reader(lines, strict=True, delimiter=delimiter)
    line, has_header = 1, False
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                has_header = True
                yield skipped + line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        hint = next((hint for sign, hint in _CSV_HINTS if sign in str(error)), "")
        raise BadFile(f"line {skipped + line}: not valid CSV: {error}{hint}") from None
    if not has_header:
        raise BadFile(csv_header.EMPTY_FILE)


def find_delimiter(lines: Iterable[str], options: ReadOptions) -> tuple[str, Iterable[str]]:
    """What separates the cells, and an iterator over all lines."""
    begin, rest = csv_header.peek_begin(lines)
    return _find_delimiter(begin, options)[1], itertools.chain(begin, rest)


def _find_delimiter(lines: Iterable[str], options: ReadOptions) -> tuple[int, str, Iterable[str]]:
    """How many lines were skipped before the header, the delimiter, and the other lines."""
    skipped, delimiter, lines = csv_header.skip_separator_line(lines)
    first, lines = csv_header.peek_first_line(lines)
    return skipped, options.delimiter or delimiter or csv_header.detect_delimiter(first), lines


def _table_problem(
    names: Sequence[str | None], cells: Sequence[str], *, is_cut_off: bool
) -> str | None:
    """Why the cells do not fit under the header; empty ones at the end may be missing or many."""
    for number, cell in enumerate(cells):
        if cell.strip() and (number >= len(names) or names[number] == ""):
            if number < len(names):
                return f"has text in column {number + 1} ({_letters(number)}), which has no title"
            return f"has {len(cells)} cells, but the header has {len(names)}{_QUOTING}"
    missing = names[len(cells) :]
    if not any(missing):
        return None
    message = f"has {len(cells)} cells, but the header has {len(names)}"
    if is_cut_off:
        return f"{message}; the file may be cut off here"
    # A row may end behind a caption only where no text was cut off, as by a line break in one that
    # stands in no quotes.
    is_text_last = is_caption(names[len(cells) - 1] or "")
    return message if is_text_last or set(csv_header.REQUIRED) & set(missing) else None


def _letters(number: int) -> str:
    """The name of a column in a spreadsheet: A to Z, AA, AB, …"""
    before, letter = divmod(number, _LETTERS)
    return (_letters(before - 1) if before else "") + chr(ord("A") + letter)


def _build_row(
    line: int,
    names: Sequence[str | None],
    cells: Sequence[str],
    options: ReadOptions,
    problem: str | None,
) -> Row:
    pairs = itertools.zip_longest(names, cells[: len(names)], fillvalue="")
    written = {name: cell or "" for name, cell in pairs if name}
    key = unescape_formula(strip_invisible("key", written.get("key", "").strip()).strip())
    if problem is not None:
        return Row(line, key, problems=[FieldError(field="row", message=problem)])
    values, problems = parse_cells(written, options)
    values.pop("key", None)
    if any(each["field"] == "key" for each in problems):
        key = ""
    return build_row(line, key, values, written, problems)
