"""An organization's own files: upload, read back, delete."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from api.deps import ContextDep, EnabledOrganizationId, OrganizationId
from api.openapi.route_responses import describe_responses
from api.schemas.media import MediaAnswer, MediaGone
from api.uploads.file_response import FileId, file_response
from api.uploads.request_file import read_request_file
from media.file_types import FILE_TYPES
from services import presenters
from services.inputs.field_types import Text
from services.uploads.store_upload import store_upload
from services.uploads.stored_uploads import open_upload, remove_upload

router = APIRouter(tags=["media"])
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


@router.post(
    "/media",
    response_model=None,
    responses=describe_responses(MediaAnswer, 400, 401, 403, 404, 408, 413, 429, 503, 507),
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
    return file_response(*await open_upload(context, organization_id, media_id))


@router.delete(
    "/media/{media_id}",
    response_model=None,
    responses=describe_responses(MediaGone, 400, 401, 403, 404, 409, 429, 503),
)
async def delete_media(
    media_id: FileId, context: ContextDep, organization_id: OrganizationId
) -> dict[str, Any]:
    """Delete a file; 409 while a post that has not ended uses it."""
    await remove_upload(context, organization_id, media_id)
    return {"media": {"id": media_id}}
