"""Reading a sheet of a workbook (XLSX) as a table of texts."""

import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import IO, Any, NamedTuple

import openpyxl
from openpyxl import Workbook

from services.calendar_import import csv_header
from services.calendar_import.csv_reader import Record
from services.calendar_import.merged_cells import find_merged, mark_merged
from services.calendar_import.rows import DEFAULT_OPTIONS, BadFile, ReadOptions
from services.calendar_import.workbook_cells import to_text

# A small archive may unpack into any size. Pictures are not read, and do not count.
MAX_XML_BYTES = 128 << 20
# Excel's own limit; without one a file might name a row that no loop ever reaches.
MAX_ROWS = 1 << 20
FORMULA = "f"


def iter_records(content: IO[bytes], options: ReadOptions) -> Iterator[Record]:
    """The header and the rows of the calendar's sheet, with their numbers in it. Blank rows are
    skipped. BadFile where the workbook cannot be read, or has no calendar or several."""
    with _as_bad_file(), ExitStack() as stack:
        _check_size(content)
        book = stack.enter_context(_open_workbook(content, values=False))
        sheet: Any = book[_choose_sheet(book, options)]
        with zipfile.ZipFile(content) as archive, archive.open(sheet._worksheet_path) as xml:  # noqa: SLF001  (no public name)
            merged = find_merged(xml)
        yield from mark_merged(_with_all_cells(_iter_texts(content, sheet, stack)), merged)


def _with_all_cells(records: Iterator[Record]) -> Iterator[Record]:
    """The records, each with as many cells as the header at least."""
    width = 0
    for number, cells in records:
        width = width or len(cells)
        yield number, cells + [""] * (width - len(cells))
    if not width:
        raise BadFile(csv_header.EMPTY_FILE)


@contextmanager
def _as_bad_file() -> Iterator[None]:
    """The library has no error of its own: what is wrong in the XML shows as any of these."""
    try:
        yield
    except (
        ArithmeticError, AttributeError, EOFError, LookupError, OSError, SyntaxError, TypeError,
        ValueError, zipfile.BadZipFile, zlib.error,
    ) as error:  # fmt: skip
        message = f"the workbook cannot be read ({type(error).__name__}); save it as CSV UTF-8"
        raise BadFile(message) from None


def _check_size(content: IO[bytes]) -> None:
    content.seek(0)
    members = zipfile.ZipFile(content).infolist()
    size = sum(each.file_size for each in members if each.filename.endswith((".xml", ".rels")))
    if size > MAX_XML_BYTES:
        raise BadFile(f"the workbook has more than {MAX_XML_BYTES >> 20} MiB; save it as CSV UTF-8")


@contextmanager
def _open_workbook(content: IO[bytes], *, values: bool) -> Iterator[Workbook]:
    """The workbook; with `values`, formulas have their last value instead of their text."""
    content.seek(0)
    with warnings.catch_warnings():
        # About what it does not read: styles, validation of data.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(content, read_only=True, data_only=values)
    try:
        yield book
    finally:
        book.close()


def _choose_sheet(book: Workbook, options: ReadOptions) -> str:
    """The sheet that is named; else the one that people see, or the one whose header fits."""
    sheets = {each.title: each for each in book.worksheets}
    if options.sheet is not None:
        if options.sheet not in sheets:
            raise BadFile(f"there is no sheet {options.sheet!r}; there are {_names(sheets)}")
        return options.sheet
    found = _find_calendars(book, options)
    if len(found.fitting) > 1:
        raise BadFile(
            f"the workbook has several calendars, the sheets {_names(found.fitting)}; name one: "
            "--sheet NAME, or sheet over HTTP"
        )
    return found.first


class _FoundSheets(NamedTuple):
    """The sheets that people see and whose header fits, and the sheet to read first."""

    fitting: list[str]
    first: str


def _find_calendars(book: Workbook, options: ReadOptions) -> _FoundSheets:
    sheets = {each.title: each for each in book.worksheets}
    seen = [name for name, sheet in sheets.items() if sheet.sheet_state == "visible"]
    filled = {name: first for name in seen if (first := _first_record(sheets[name]))}
    fitting = [
        name for name, titles in filled.items() if csv_header.is_header(titles, options.names)
    ]
    found = fitting or [*filled] or [*sheets]
    if not found:
        raise BadFile(csv_header.EMPTY_FILE)
    return _FoundSheets(fitting, found[0])


def list_sheets(content: IO[bytes]) -> tuple[list[str], str]:
    """The names of the sheets that people see, and the first one that may be a calendar. BadFile
    where the workbook cannot be read."""
    with _as_bad_file():
        _check_size(content)
        with _open_workbook(content, values=False) as book:
            names = [each.title for each in book.worksheets if each.sheet_state == "visible"]
            return names, _find_calendars(book, DEFAULT_OPTIONS).first


def _names(names: Sequence[str] | dict[str, Any]) -> str:
    return ", ".join(repr(name) for name in names)


def _first_record(sheet: Any) -> list[str]:  # noqa: ANN401  (a read-only sheet has no type)
    texts = (_trim([to_text(cell, is_formula=False) for cell in row]) for row in _rows(sheet, 1))
    return next((cells for cells in texts if cells), [])


def _iter_texts(
    content: IO[bytes],
    sheet: Any,  # noqa: ANN401
    stack: ExitStack,
) -> Iterator[Record]:
    """The rows that have text. The values of formulas are in a second reading, which is begun at
    the first formula."""
    values: Iterator[Sequence[Any]] | None = None
    for number, row in enumerate(_rows(sheet, 1), 1):
        if values is None and any(cell.data_type == FORMULA for cell in row):
            book = stack.enter_context(_open_workbook(content, values=True))
            values = _rows(book[sheet.title], number)
        shown = row if values is None else next(values)
        pairs = zip(shown, row, strict=True)
        cells = _trim([to_text(cell, is_formula=each.data_type == FORMULA) for cell, each in pairs])
        if cells:
            yield number, cells


def _rows(sheet: Any, first: int) -> Iterator[Sequence[Any]]:  # noqa: ANN401
    # The size that a sheet claims is often wrong.
    sheet.reset_dimensions()
    rows: Iterator[Sequence[Any]] = sheet.iter_rows(min_row=first, max_row=MAX_ROWS)
    return rows


def _trim(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells.pop()
    return cells
