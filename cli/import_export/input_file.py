"""The file of an import: checked from the first to the last line, then read row by row."""

import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from services.calendar_import import calendar_reader
from services.calendar_import.calendar_reader import FileSummary
from services.calendar_import.rows import BadFile, ReadOptions, Row

STANDARD_INPUT = "-"
ENCODING = "utf-8-sig"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class InputFile:
    """A valid calendar file. Names of other files in it are relative to `folder`."""

    name: str
    folder: Path
    file_summary: FileSummary
    _content: IO[bytes]
    _options: ReadOptions

    def rows(self) -> Iterator[Row]:
        """The rows, read one by one."""
        with _decode(self._content) as lines:
            yield from calendar_reader.read_rows(lines, self._options)


@contextmanager
def open_input_file(name: str, options: ReadOptions) -> Iterator[InputFile]:
    """Open a file, or standard input, and check it from the first to the last line.

    BadFile if it is no calendar; no row has been imported then. OSError if it cannot be read.
    """
    with _open_seekable(name) as content:
        yield InputFile(name, _folder(name), _summarize(content, options), content, options)


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


@contextmanager
def _decode(content: IO[bytes]) -> Iterator[io.TextIOWrapper]:
    content.seek(0)
    lines = io.TextIOWrapper(content, encoding=ENCODING, newline="")
    try:
        yield lines
    finally:
        lines.detach()


def _summarize(content: IO[bytes], options: ReadOptions) -> FileSummary:
    try:
        with _decode(content) as lines:
            return calendar_reader.summarize(lines, options)
    except BadFile:
        _check_encoding(content)
        raise


def _check_encoding(content: IO[bytes]) -> None:
    """Raise BadFile for the first line that is not UTF-8."""
    content.seek(0)
    for number, line in enumerate(content, 1):
        if number == 1 and line.startswith(UTF_16):
            raise BadFile("the file must be UTF-8 text, but is UTF-16; save it as CSV UTF-8")
        try:
            line.decode()
        except UnicodeDecodeError as error:
            byte = line[error.start]
            raise BadFile(
                f"line {number}: the file must be UTF-8 text, but byte {byte:#04x} is not; "
                "save it as CSV UTF-8"
            ) from None
