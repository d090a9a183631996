"""An organization's own files, for the pictures of its pages."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from api.deps import ContextDep
from api.routes.media import FileId, read_media
from ui.sign_in.auth import CurrentVisitor

router = APIRouter(include_in_schema=False)
# A file never changes; in a browser's own cache it outlives the session by no more than this (s).
CACHE_CONTROL: Final = "private, max-age=3600"


@router.get("/media/{media_id}")
async def read_image(
    media_id: FileId, context: ContextDep, visitor: CurrentVisitor
) -> StreamingResponse:
    """A file of the visitor's organization."""
    found = await read_media(media_id, context, visitor.organization_id)
    found.headers["Cache-Control"] = CACHE_CONTROL
    return found
