"""Reads an uploaded file from a request: its bytes, its name and its declared type."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import Request

from api.uploads.content_disposition import parse_file_name
from api.uploads.file_form import SingleFileForm
from api.uploads.multipart import MULTIPART_FORM
from services.uploads.store_upload import IncomingFile


async def read_request_file(request: Request, name: str | None) -> IncomingFile:
    """The file of a request: the whole body, or the one file of a form. ValidationFailed for a
    malformed form."""
    content_type = request.headers.get("Content-Type", "")
    body = body_chunks(request)
    kind = media_type_of(content_type)
    if kind == MULTIPART_FORM:
        form = SingleFileForm(content_type, body)
        await form.find_file()
        return IncomingFile(name or form.name, media_type_of(form.content_type), form.file())
    disposition = _decode_header(request.headers.get("Content-Disposition", ""))
    return IncomingFile(name or parse_file_name(disposition) or "", kind, body)


async def body_chunks(request: Request) -> AsyncIterator[bytes]:
    """The body of a request. Between two chunks other requests have their turn, also where the
    caller sends faster than we read."""
    async for chunk in request.stream():
        if chunk:
            yield chunk
        await asyncio.sleep(0)


def media_type_of(content_type: str) -> str:
    """A content type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def _decode_header(header: str) -> str:
    """Decode a header's value: clients send UTF-8, although HTTP headers are Latin-1."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header
