"""Refused rows as a file: each as it was written, with `line` and `error` before it.

It is a calendar itself: when its rows are mended, it can be imported as it is.
"""

import json
from typing import Any

from services.calendar_import.calendar_reader import FileSummary
from services.calendar_import.csv_header import is_report_column
from services.calendar_import.csv_injection import escape_formula
from services.calendar_import.csv_writer import BYTE_ORDER_MARK, CsvWriter
from services.calendar_import.importer import RowResult
from services.calendar_import.rows import IGNORED_COLUMNS, Row


class RefusedRows:
    """Writes refused rows to a text file. Tables become CSV with the calendar's delimiter, and with
    a byte-order mark, which Excel needs."""

    def __init__(self, out: Any, file_summary: FileSummary) -> None:  # noqa: ANN401  (has `write`)
        self._out = out
        self._file_summary = file_summary
        self._csv = CsvWriter(out, file_summary.delimiter)
        self.count = 0

    def add(self, result: RowResult) -> None:
        """Add a refused row."""
        if not self.count and self._file_summary.format != "jsonl":
            self._write_header()
        self.count += 1
        row = result.row
        error = "; ".join(f"{each['field']}: {each['message']}" for each in result.errors)
        if isinstance(row.source, list):
            cells = _without_report_columns(self._file_summary, row.source)
            if self._file_summary.format == "xlsx":  # what was a text there is a formula in CSV
                cells = [escape_formula(cell) for cell in cells]
            self._csv.write_row([row.line, error, *cells])
        else:
            self._out.write(_json_line(row, error) + "\n")

    def _write_header(self) -> None:
        titles = _without_report_columns(self._file_summary, self._file_summary.titles)
        self._out.write(BYTE_ORDER_MARK)
        self._csv.write_row([*IGNORED_COLUMNS, *titles])


def _without_report_columns(file_summary: FileSummary, cells: list[str]) -> list[str]:
    """The cells without the `line` and `error` columns of an earlier rejects file."""
    report_columns = [
        index for index, title in enumerate(file_summary.titles) if is_report_column(title)
    ]
    return [cell for place, cell in enumerate(cells) if place not in report_columns]


def _json_line(row: Row, error: str) -> str:
    """The line as it was written, with `line` and `error` added. What is no JSON object is put
    into the field `text`, so that a person can fix it."""
    report_fields = {"line": row.line, "error": error}
    text = str(row.source).strip()
    fields = _parse_object(text)
    if fields is None:
        return json.dumps({**report_fields, "text": text}, ensure_ascii=False)
    if not fields or fields.keys() & set(IGNORED_COLUMNS):
        other_fields = {name: each for name, each in fields.items() if name not in IGNORED_COLUMNS}
        return json.dumps({**report_fields, **other_fields})
    return json.dumps(report_fields, ensure_ascii=False)[:-1] + ", " + text[1:]


def _parse_object(text: str) -> dict[str, object] | None:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None
