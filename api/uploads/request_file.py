"""Reads an uploaded file from a request: its bytes, its name and its declared type."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import Request

from api.errors import ApiError
from api.uploads.content_disposition import parse_file_name
from api.uploads.file_form import SingleFileForm
from api.uploads.multipart import MULTIPART_FORM
from services.uploads.store_upload import IncomingFile

# A caller that sends nothing for this long (s) is disconnected: it would occupy a connection.
STALL_TIMEOUT = 60.0


async def read_request_file(
    request: Request, name: str | None, stall: float = STALL_TIMEOUT
) -> IncomingFile:
    """The file of a request: the whole body, or the one file of a form. ValidationFailed for a
    malformed form; 408 after `stall` seconds without data."""
    content_type = request.headers.get("Content-Type", "")
    body = with_stall_timeout(request, stall)
    kind = media_type_of(content_type)
    if kind == MULTIPART_FORM:
        form = SingleFileForm(content_type, body)
        await form.find_file()
        return IncomingFile(name or form.name, media_type_of(form.content_type), form.file())
    disposition = _decode_header(request.headers.get("Content-Disposition", ""))
    return IncomingFile(name or parse_file_name(disposition) or "", kind, body)


async def with_stall_timeout(request: Request, stall: float) -> AsyncIterator[bytes]:
    """The body of a request; 408 after `stall` seconds without data."""
    chunks = request.stream()
    while True:
        try:
            async with asyncio.timeout(stall):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise ApiError(408, f"the file came to a stop: nothing in {stall:g} s") from None
        if chunk:
            yield chunk


def media_type_of(content_type: str) -> str:
    """A content type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def _decode_header(header: str) -> str:
    """Decode a header's value: clients send UTF-8, although HTTP headers are Latin-1."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header
