"""The response that carries one of an organization's own files."""

from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote

from fastapi import Path
from starlette.responses import StreamingResponse

from models.stored_files import StoredFile
from services.inputs.field_types import Text

FileId = Annotated[Text, Path(max_length=100)]


def file_response(file: StoredFile, size: int, chunks: AsyncIterator[bytes]) -> StreamingResponse:
    """Stream a file of `size` bytes under its own name."""
    return StreamingResponse(chunks, headers=_headers(file, size))


def _headers(file: StoredFile, size: int) -> dict[str, str]:
    # Browsers display pictures and films. A document may contain scripts: it is only downloaded.
    is_displayed = file.content_type.startswith(("image/", "video/"))
    disposition = "inline" if is_displayed else "attachment"
    return {
        "Content-Type": file.content_type,
        "Content-Length": str(size),
        "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(file.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
    }
