"""Cells of a sheet that are merged with one above: they look filled, but have no value."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, NamedTuple

from openpyxl.utils import column_index_from_string

from services.calendar_import.cells import MERGED
from services.calendar_import.rows import BadFile

MAX_RANGES = 10_000
_CHUNK = 1 << 20
# No element of a range is longer.
_OVERLAP = 1 << 10
_RANGE = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"
)


class MergedRange(NamedTuple):
    """Cells of several rows that are one: rows and columns, counted from 1."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


def find_merged(sheet: IO[bytes]) -> list[MergedRange]:
    """The merged ranges of a sheet's XML that have several rows, from top to bottom."""
    found = [each for each in _read_ranges(sheet) if each.first_row < each.last_row]
    if len(found) > MAX_RANGES:
        raise BadFile(f"the sheet has more than {MAX_RANGES:,} merged cells; unmerge them")
    return sorted(found)


def _read_ranges(sheet: IO[bytes]) -> Iterator[MergedRange]:
    seen: set[MergedRange] = set()
    end = b""
    while chunk := sheet.read(_CHUNK):
        for left, top, right, bottom in _RANGE.findall(end + chunk):
            columns = (column_index_from_string(each.decode()) for each in (left, right))
            seen.add(MergedRange(int(top), int(bottom), *columns))
        end = (end + chunk)[-_OVERLAP:]
    yield from seen


def mark_merged(
    records: Iterable[tuple[int, list[str]]], ranges: Sequence[MergedRange]
) -> Iterator[tuple[int, list[str]]]:
    """The records; in a cell below the first one of a range stands MERGED, if its column has a
    title. Ranges that begin in the header, the first record, or above it are none of the rows'."""
    titles: list[str] | None = None
    for number, cells in records:
        if titles is None:
            titles = cells
            ranges = [each for each in ranges if each.first_row > number]
        ranges = [each for each in ranges if each.last_row >= number]
        for each in ranges:
            if each.first_row < number:
                _mark(cells, titles, each)
        yield number, cells


def _mark(cells: list[str], titles: Sequence[str], merged: MergedRange) -> None:
    for column in range(merged.first_column - 1, min(merged.last_column, len(titles), len(cells))):
        if titles[column].strip() and not cells[column].strip():
            cells[column] = MERGED
