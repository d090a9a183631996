"""The file of refused rows, each as it was written, with `line` and `error` before it.

It is a calendar itself: when its rows are fixed, it can be imported as it is.
"""

import filecmp
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cli.import_export.input_file import STANDARD_INPUT
from services.calendar_import.calendar_reader import FileSummary
from services.calendar_import.importer import RowResult
from services.calendar_import.refused_rows import RefusedRows

ERRORS_SUFFIX = ".errors"


class RejectsFile:
    """Collects refused rows, and saves them as a file at the end, if there are any.

    A path that was given with --report is overwritten. By default the file is beside the calendar,
    so that relative file names stay right; and an existing file is not overwritten, because a
    person may have fixed rows in it.
    """

    def __init__(
        self,
        out: Any,  # noqa: ANN401  (a named temporary file, whose type is private)
        file_summary: FileSummary,
        requested_path: Path | None,
        calendar_name: str,
    ) -> None:
        self._out = out
        self._file_summary = file_summary
        self._requested_path = requested_path
        self._calendar_name = calendar_name
        self._rows = RefusedRows(out, file_summary)

    @property
    def _extension(self) -> str:
        return "jsonl" if self._file_summary.format == "jsonl" else "csv"

    def add(self, result: RowResult) -> None:
        """Add a refused row."""
        self._rows.add(result)

    def save(self) -> Path | None:
        """Save the file; its path, or None if no row was refused. OSError if that fails."""
        if not self._rows.count:
            return None
        self._out.flush()
        temporary = Path(self._out.name)
        if self._requested_path is not None:
            return _copy_to(temporary, self._requested_path)
        return _save_at_free_path(temporary, _candidate_paths(self._calendar_name, self._extension))


def _candidate_paths(calendar_name: str, extension: str) -> Iterator[Path]:
    """Possible paths, in order: beside the calendar, or in this folder if that is read-only."""
    path = Path("import" if calendar_name == STANDARD_INPUT else calendar_name)
    folder = path.parent if os.access(path.parent, os.W_OK) else Path()
    stem = path.stem.partition(ERRORS_SUFFIX)[0] or "import"
    yield folder / f"{stem}{ERRORS_SUFFIX}.{extension}"
    number = 2
    while True:
        yield folder / f"{stem}{ERRORS_SUFFIX}-{number}.{extension}"
        number += 1


def _save_at_free_path(temporary: Path, candidates: Iterator[Path]) -> Path:
    """Save under the first name that is free, or whose file has the same content."""
    for path in candidates:
        if not path.exists():
            return _copy_to(temporary, path)
        if filecmp.cmp(temporary, path, shallow=False):
            return path
    raise AssertionError("there is always another name")


def _copy_to(temporary: Path, path: Path) -> Path:
    path.write_bytes(b"")  # fails with an error that names this path
    path.chmod(0o600)  # like the calendar, it may contain links with signatures
    with temporary.open("rb") as source, path.open("wb") as target:
        while chunk := source.read(1 << 20):
            target.write(chunk)
    return path


@contextmanager
def open_rejects_file(
    file_summary: FileSummary, requested_path: Path | None, calendar_name: str
) -> Iterator[RejectsFile]:
    """A rejects file; unless it is saved, it is deleted when the block ends."""
    with tempfile.NamedTemporaryFile(
        "w+", encoding="utf-8", errors="backslashreplace", newline=""
    ) as out:
        yield RejectsFile(out, file_summary, requested_path, calendar_name)
