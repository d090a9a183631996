"""Serves uploaded images to the pages, by the visitor's session."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from api.deps import ContextDep
from api.uploads.file_response import FileId, file_response
from services.uploads.stored_uploads import open_upload
from ui.sign_in.auth import CurrentVisitor

router = APIRouter(include_in_schema=False)
# A file never changes. After sign-out, a browser's cache keeps it for at most this time (seconds).
CACHE_CONTROL: Final = "private, max-age=3600"


@router.get("/media/{media_id}")
async def read_image(
    media_id: FileId, context: ContextDep, visitor: CurrentVisitor
) -> StreamingResponse:
    """A file of the visitor's organization."""
    response = file_response(*await open_upload(context, visitor.organization_id, media_id))
    response.headers["Cache-Control"] = CACHE_CONTROL
    return response
