"""The lines of a text file whose encoding is not known for sure."""

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from media.graphemes import cut
from services.calendar_import.rows import BadFile

# The four bytes of UTF-32 begin with the two of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Latin letters in UTF-16: every second byte is zero, which text in UTF-8 never has.
_UNMARKED = (
    (re.compile(rb"(?:[^\0]\0){4}"), "utf-16-le"),
    (re.compile(rb"(?:\0[^\0]){4}"), "utf-16-be"),
)
_UTF_8 = "utf-8"
_KNOWN = re.compile(
    r"utf-(8|16|32)(-[lb]e)?|iso8859-\d+|cp\d+|mac-\w+|koi8-\w|shift_jis\w*|euc_\w+|gb\w+|big5\w*"
    r"|ascii"
)


def parse_encoding(name: str) -> str:
    """The codec of an encoding's name; BadFile where it is no encoding of texts that we read."""
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        codec = ""
    if not _KNOWN.fullmatch(codec):
        raise BadFile(f"{cut(name, 100)!r} is no encoding; write one such as utf-8 or windows-1252")
    return _UTF_8 if codec == "ascii" else codec


@contextmanager
def open_lines(content: IO[bytes], encoding: str | None) -> Iterator[Iterator[str]]:
    """The lines with their ends. A byte-order mark decides, then `encoding`, then UTF-8.

    Reading them raises BadFile, with the line of the first byte that is wrong.
    """
    codec, start = _detect(content, encoding)
    content.seek(start)
    text = io.TextIOWrapper(content, encoding=codec, newline="")
    try:
        yield _decoded(text, content, codec, start)
    finally:
        if not content.closed:
            text.detach()


def _decoded(text: io.TextIOWrapper, content: IO[bytes], codec: str, start: int) -> Iterator[str]:
    try:
        # `yield from text` would close the file with the generator.
        while line := text.readline():
            yield line
    except UnicodeError:  # also where UTF-16 has no byte-order mark
        raise BadFile(_wrong_byte(content, codec, start)) from None


def _detect(content: IO[bytes], encoding: str | None) -> tuple[str, int]:
    """The codec, and where the text begins."""
    content.seek(0)
    head = content.read(8)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return codec, len(mark)
    unmarked = next((codec for form, codec in _UNMARKED if form.match(head)), None)
    return unmarked or (parse_encoding(encoding) if encoding else _UTF_8), 0


def _wrong_byte(content: IO[bytes], codec: str, start: int) -> str:
    """The line and the first byte that the encoding does not have."""
    name = codec.upper().removesuffix("-LE").removesuffix("-BE")
    if name != "UTF-8":
        return f"the file is not valid {name}; save it as CSV UTF-8"
    content.seek(start)
    for number, line in enumerate(content, 1):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            earlier_lines = len(re.findall(rb"\r(?!\n)", line[: error.start]))
            byte = line[error.start]
            return (
                f"line {number + earlier_lines}: the file must be UTF-8 text, but byte {byte:#04x} "
                'is not; save it as "CSV UTF-8", or name its encoding, such as windows-1252'
            )
    return "the file must be UTF-8 text; save it as CSV UTF-8"
