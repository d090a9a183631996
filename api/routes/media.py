"""Callers' own files: uploading, reading back, deleting."""

import asyncio
import logging
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from api.deps import AppContext, ContextDep, EnabledOrganizationId, OrganizationId
from api.errors import ApiError
from api.openapi.route_responses import describe_responses
from api.schemas.media import MediaAnswer, MediaGone
from api.uploads.request_file import read_request_file
from media.file_types import FILE_TYPES
from media.object_storage import ObjectMissing, StorageUnavailable
from models.store import stored_files
from models.stored_files import StoredFile
from services import presenters
from services.inputs.field_types import Text
from services.uploads.store_upload import STORAGE_UNAVAILABLE, store_upload

log = logging.getLogger(__name__)
router = APIRouter(tags=["media"])
NO_SUCH_FILE: Final = "there is no such file"
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_FORM: Final = {
    "schema": {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}},
    }
}
_REQUEST_BODY: Final = {
    "requestBody": {
        "required": True,
        "description": "The file itself, or a form with one file in it.",
        "content": {
            **dict.fromkeys(FILE_TYPES, _BINARY),
            "application/octet-stream": _BINARY,
            "multipart/form-data": _FORM,
        },
    }
}
_FILE_RESPONSE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The file.", "content": dict.fromkeys(FILE_TYPES, _BINARY)}
}
Name = Annotated[Text | None, Query(max_length=1000, description="The file's name.")]
FileId = Annotated[Text, Path(max_length=100)]


@router.post(
    "/media",
    response_model=None,
    responses=describe_responses(MediaAnswer, 400, 401, 403, 404, 408, 413, 429, 503),
    openapi_extra=_REQUEST_BODY,
)
async def upload_media(
    request: Request, context: ContextDep, organization_id: EnabledOrganizationId, name: Name = None
) -> dict[str, Any]:
    """Keep a file until posts that name its `url` have handed it to the provider."""
    file = await read_request_file(request, name)
    return {
        "media": presenters.present_stored_file(await store_upload(context, organization_id, file))
    }


@router.get(
    "/media/{media_id}",
    response_model=None,
    response_class=StreamingResponse,
    responses={**describe_responses(None, 400, 401, 403, 404, 429, 503), **_FILE_RESPONSE},
)
async def read_media(
    media_id: FileId, context: ContextDep, organization_id: OrganizationId
) -> StreamingResponse:
    """A file as it was uploaded."""
    file = await run_in_threadpool(_find, context, organization_id, media_id)
    try:
        size = await context.storage.size(file.id)
    except ObjectMissing:
        raise ApiError(404, NO_SUCH_FILE) from None
    except StorageUnavailable:
        raise ApiError(503, STORAGE_UNAVAILABLE) from None
    chunks = context.storage.read_chunks(file.id, size)
    return StreamingResponse(chunks, headers=_headers(file, size))


@router.delete(
    "/media/{media_id}",
    response_model=None,
    responses=describe_responses(MediaGone, 400, 401, 403, 404, 409, 429, 503),
)
async def delete_media(
    media_id: FileId, context: ContextDep, organization_id: OrganizationId
) -> dict[str, Any]:
    """Delete a file; 409 while a post that has not ended uses it."""
    await run_in_threadpool(_remove, context, organization_id, media_id)
    try:
        await asyncio.to_thread(context.storage.delete, [media_id])
    except StorageUnavailable as error:  # its row is gone, and pruning finds what has none
        log.warning("the file %s is left for the next pruning: %s", media_id, error)
    return {"media": {"id": media_id}}


def _find(context: AppContext, organization_id: str, file_id: str) -> StoredFile:
    with context.database.read() as session:
        found = stored_files.get(session, organization_id, file_id)
    if found is None:
        raise ApiError(404, NO_SUCH_FILE)
    return found


def _remove(context: AppContext, organization_id: str, file_id: str) -> None:
    with context.database.write() as session:
        removed = stored_files.remove(session, organization_id, file_id)
    if removed is None:
        raise ApiError(404, NO_SUCH_FILE)
    if not removed:
        raise ApiError(409, "a post that has not ended uses the file; remove the post first")


def _headers(file: StoredFile, size: int) -> dict[str, str]:
    # A browser shows pictures and films; a document may hold scripts, and is only ever saved.
    shown = file.content_type.startswith(("image/", "video/"))
    disposition = "inline" if shown else "attachment"
    return {
        "Content-Type": file.content_type,
        "Content-Length": str(size),
        "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(file.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
    }
