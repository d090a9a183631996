"""Streams the parts of a multipart form, one after the other."""

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.middleware.limited_body import BodyTooLarge
from api.uploads.content_disposition import parse_field_name, parse_file_name
from services.errors import invalid_field

MULTIPART_FORM: Final = "multipart/form-data"
MALFORMED: Final = f"is no whole {MULTIPART_FORM} body"
# The form that publishes has about two hundred fields, and at most twenty files.
MAX_PARTS: Final = 500
# Of all fields that are no file, with the headers of all parts.
MAX_FIELD_BYTES: Final = 1 << 20
Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class FormPart:
    """One field of a form. `file_name` is None where it is no file; `content_type` is the
    caller's, or empty."""

    name: str
    file_name: str | None
    content_type: str
    body: AsyncIterator[bytes]


class MultipartReader:
    """Iterates over the parts in order. Unread bytes of a part are skipped when the next one is
    read. ValidationFailed where the form is malformed or has too many parts, BodyTooLarge where
    its fields are too large."""

    def __init__(self, content_type: str, body: AsyncIterator[bytes]) -> None:
        boundary = parse_options_header(content_type)[1].get(b"boundary")
        if not boundary:
            raise invalid_field("body", f"{MALFORMED}: its Content-Type names no boundary")
        self._body = body
        # Parsed but not read yet: the headers of a part, its bytes, and None for its end.
        self._pending: deque[Headers | bytes | None] = deque()
        self._header = self._value = b""
        self._part: Headers = {}
        self._is_inside = self._is_ended = self._is_file = False
        self._count = self._field_bytes = 0
        self._parser = self._make_parser(boundary)

    def _make_parser(self, boundary: bytes) -> MultipartParser:
        try:
            return MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._field,
                    "on_header_value": self._add_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._end_headers,
                    "on_part_data": self._add_data,
                    "on_part_end": lambda: self._pending.append(None),
                    "on_end": self._finish,
                },
            )
        except FormParserError:
            raise invalid_field("body", f"{MALFORMED}: its boundary is too long") from None

    def __aiter__(self) -> "MultipartReader":
        """The remaining parts."""
        return self

    async def __anext__(self) -> FormPart:
        """The next part."""
        while self._is_inside:
            await self._next_bytes()
        if not await self._fill():
            raise StopAsyncIteration
        headers = self._pending.popleft()
        assert isinstance(headers, dict)  # noqa: S101  (headers begin a part)
        self._is_inside = True
        disposition = headers.get("content-disposition", "")
        kind = headers.get("content-type", "")
        return FormPart(
            parse_field_name(disposition), parse_file_name(disposition), kind, self._bytes()
        )

    async def _bytes(self) -> AsyncIterator[bytes]:
        while (chunk := await self._next_bytes()) is not None:
            yield chunk

    async def _next_bytes(self) -> bytes | None:
        """The next bytes of the current part; None at its end."""
        if not self._is_inside:
            return None
        await self._fill()
        chunk = self._pending.popleft()
        if isinstance(chunk, bytes):
            return chunk
        self._is_inside = False
        return None

    async def _fill(self) -> bool:
        """Parse the body until something is pending; False at the form's end."""
        while not self._pending:
            chunk = await anext(self._body, None)
            if chunk is None:
                if not self._is_ended:
                    raise invalid_field("body", MALFORMED)
                return False
            try:
                self._parser.write(chunk)
            except FormParserError:
                raise invalid_field("body", MALFORMED) from None
        return True

    def _begin(self) -> None:
        self._part = {}
        self._count += 1
        if self._count > MAX_PARTS:
            raise invalid_field("body", f"has more than {MAX_PARTS} fields and files")

    def _field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        self._count_bytes(len(self._header) + len(self._value))
        name = self._header.decode("latin-1").lower()
        self._part[name] = self._value.decode("utf-8", "replace")
        self._header = self._value = b""

    def _end_headers(self) -> None:
        self._is_file = parse_file_name(self._part.get("content-disposition", "")) is not None
        self._pending.append(self._part)

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        if not self._is_file:
            self._count_bytes(end - start)
        self._pending.append(data[start:end])

    def _count_bytes(self, size: int) -> None:
        self._field_bytes += size
        if self._field_bytes > MAX_FIELD_BYTES:
            raise BodyTooLarge(MAX_FIELD_BYTES)

    def _finish(self) -> None:
        self._is_ended = True
