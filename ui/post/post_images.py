"""An organization's own files, for the pictures of its pages."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from api.deps import ContextDep
from api.uploads.file_response import FileId, file_response
from services.uploads.stored_uploads import open_upload
from ui.sign_in.auth import CurrentVisitor

router = APIRouter(include_in_schema=False)
# A file never changes; in a browser's own cache it outlives the session by no more than this (s).
CACHE_CONTROL: Final = "private, max-age=3600"


@router.get("/media/{media_id}")
async def read_image(
    media_id: FileId, context: ContextDep, visitor: CurrentVisitor
) -> StreamingResponse:
    """A file of the visitor's organization."""
    found = file_response(*await open_upload(context, visitor.organization_id, media_id))
    found.headers["Cache-Control"] = CACHE_CONTROL
    return found
