"""The formats and the file of an export: CSV or JSON Lines, to a file or to standard output."""

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from cli.import_export.calendar_format import CalendarFormat
from services.calendar_import import exporter
from services.calendar_import.csv_header import COLUMNS
from services.calendar_import.csv_writer import BYTE_ORDER_MARK, CsvWriter

ExportedRow = dict[str, Any]


def _write_csv(file: TextIO, rows: Iterable[ExportedRow]) -> None:
    if _is_regular_file(file):
        file.write(BYTE_ORDER_MARK)
    out = CsvWriter(file)
    out.write_row(COLUMNS)
    for row in rows:
        out.write_row(exporter.to_csv_cells(row))


def _is_regular_file(file: TextIO) -> bool:
    """Whether a program may open it; a terminal and the next program of a pipe want no mark."""
    try:
        return stat.S_ISREG(os.fstat(file.fileno()).st_mode)
    except OSError:
        return False


def _write_jsonl(file: TextIO, rows: Iterable[ExportedRow]) -> None:
    file.writelines(exporter.to_json_line(row) + "\n" for row in rows)


WRITERS: dict[CalendarFormat, Callable[[TextIO, Iterable[ExportedRow]], None]] = {
    CalendarFormat.CSV: _write_csv,
    CalendarFormat.JSONL: _write_jsonl,
}


@contextmanager
def open_output(out: Path | None) -> Iterator[TextIO]:
    """The file to write to, or standard output.

    The file gets its name only when it is complete, and only its owner may read it.
    """
    if out is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    partial = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
        partial.replace(out)
    finally:
        with suppress(FileNotFoundError):
            partial.unlink()
