"""The form with one file. Its token is checked before the file is stored."""

from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import Request

from api.errors import ApiError
from api.uploads.multipart import MULTIPART_FORM, MultipartReader
from api.uploads.request_file import body_chunks, media_type_of
from models.stored_files import StoredFile
from services.errors import invalid_field
from services.uploads.store_upload import IncomingFile
from ui.sign_in import csrf
from ui.sign_in.visitor import Visitor

CHOOSE: Final = "choose a file first"


async def read_file_form(
    request: Request, visitor: Visitor, store: Callable[[IncomingFile], Awaitable[StoredFile]]
) -> StoredFile:
    """The stored file of a visitor's form. 403 for a wrong token, ValidationFailed without a
    file."""
    content_type = request.headers.get("Content-Type", "")
    if media_type_of(content_type) != MULTIPART_FORM:
        raise ApiError(415, f"the body must come with Content-Type: {MULTIPART_FORM}")
    token: str | None = request.headers.get(csrf.CSRF_HEADER)
    found: StoredFile | None = None
    async for part in MultipartReader(content_type, body_chunks(request)):
        if part.file_name is None:
            text = b"".join([chunk async for chunk in part.body]).decode("latin-1")
            token = text if part.name == csrf.CSRF_FIELD and token is None else token
            continue
        csrf.check_csrf_token(visitor, token)
        if part.file_name and found is None:
            kind = media_type_of(part.content_type)
            found = await store(IncomingFile(part.file_name, kind, part.body))
    csrf.check_csrf_token(visitor, token)
    if found is None:
        raise invalid_field("file", CHOOSE)
    return found
