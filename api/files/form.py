"""The one file of a form, as `curl -F file=@clip.mp4` sends it: passed on while it comes."""

from collections.abc import AsyncIterator
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.errors import Invalid, wrong
from api.files.names import name_in

FORM: Final = "multipart/form-data"
BROKEN: Final = f"is no whole {FORM} body"


class Form:
    """Reads a form up to its file, and then the file. Other fields are passed over.

    Invalid where the form is broken, or has no file or two. `name` and `content_type` are what the
    caller says of the file, once it was found.
    """

    def __init__(self, content_type: str, body: AsyncIterator[bytes]) -> None:
        boundary = parse_options_header(content_type)[1].get(b"boundary")
        if not boundary:
            raise wrong("body", f"{BROKEN}: its Content-Type names no boundary")
        self.name = self.content_type = ""
        self._body = body
        self._found = self._inside = self._ended = False
        self._pieces: list[bytes] = []
        self._header = self._value = b""
        self._part: dict[str, str] = {}
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._field,
                "on_header_value": self._add_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._look,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_end": self._finish,
            },
        )

    async def find_file(self) -> None:
        """Read until the file begins."""
        while not self._found:
            if not await self._read():
                raise wrong("file", "is required: a form with one file in it")

    async def file(self) -> AsyncIterator[bytes]:
        """The file's bytes, and then whatever follows it in the form."""
        while True:
            pieces, self._pieces = self._pieces, []
            for piece in pieces:
                yield piece
            if not await self._read():
                break
        if not self._ended:
            raise wrong("body", BROKEN)

    async def _read(self) -> bool:
        try:
            chunk = await anext(self._body, None)
            if chunk is not None:
                self._parser.write(chunk)
        except FormParserError:
            raise wrong("body", BROKEN) from None
        return chunk is not None

    def _begin(self) -> None:
        self._part = {}

    def _field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        name = self._header.decode("latin-1").lower()
        self._part[name] = self._value.decode("utf-8", "replace")
        self._header = self._value = b""

    def _look(self) -> None:
        name = name_in(self._part.get("content-disposition", ""))
        if name is None:
            return
        if self._found:
            raise _two_files()
        self._found = self._inside = True
        self.name, self.content_type = name, self._part.get("content-type", "")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._inside:
            self._pieces.append(data[start:end])

    def _end(self) -> None:
        self._inside = False

    def _finish(self) -> None:
        self._ended = True


def _two_files() -> Invalid:
    return wrong("file", "is there twice: a request brings one file")
