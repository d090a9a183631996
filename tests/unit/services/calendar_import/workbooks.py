"""Workbooks for tests."""

import io
from collections.abc import Mapping, Sequence

import openpyxl

from services.calendar_import.calendar_reader import CalendarFile
from services.calendar_import.rows import Row


def read_sheet(
    lines: Sequence[Sequence[object]],
    formats: Mapping[str, str] | None = None,
    merged: Sequence[str] = (),
) -> list[Row]:
    """The rows of a workbook with these cells, formats of numbers by cell, and merged ranges."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for line in lines:
        sheet.append(list(line))
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    for cells in merged:
        sheet.merge_cells(cells)
    content = io.BytesIO()
    book.save(content)
    return list(CalendarFile(content).rows())
