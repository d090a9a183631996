"""The file of an import: checked from the first to the last line, then read row by row."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from services.calendar_import.calendar_reader import CalendarFile, FileSummary
from services.calendar_import.rows import ReadOptions, Row

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class InputFile:
    """A valid calendar file. Names of other files in it are relative to `folder`."""

    name: str
    folder: Path
    file_summary: FileSummary
    _file: CalendarFile

    def rows(self) -> Iterator[Row]:
        """The rows, read one by one."""
        return self._file.rows()


@contextmanager
def open_input_file(name: str, options: ReadOptions) -> Iterator[InputFile]:
    """Open a file, or standard input, and check it from the first to the last line.

    BadFile if it is no calendar; no row has been imported then. OSError if it cannot be read.
    """
    with _open_seekable(name) as content:
        file = CalendarFile(content, options)
        yield InputFile(name, _folder(name), file.summarize(), file)


def _folder(name: str) -> Path:
    return Path() if name == STANDARD_INPUT else Path(name).parent


@contextmanager
def _open_seekable(name: str) -> Iterator[IO[bytes]]:
    """The bytes, readable more than once: the content of a pipe is first copied to disk."""
    if name == STANDARD_INPUT:
        with open(sys.stdin.fileno(), "rb", closefd=False) as pipe, _spool_to_disk(pipe) as spooled:
            yield spooled
        return
    path = Path(name)
    with path.open("rb") as file:
        if file.seekable():
            yield file
            return
        with _spool_to_disk(file) as spooled:
            yield spooled


@contextmanager
def _spool_to_disk(pipe: IO[bytes]) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as spooled:
        shutil.copyfileobj(pipe, spooled)
        yield spooled
