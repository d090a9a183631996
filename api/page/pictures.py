"""An organization's own files, for the pictures of its pages."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from api.deps import Around
from api.page.guard import SignedIn
from api.routes.media import FileId, read_media

router = APIRouter(include_in_schema=False)
# A file never changes; in a browser's own cache it outlives the session by no more than this (s).
KEPT: Final = "private, max-age=3600"


@router.get("/media/{media_id}")
async def picture(media_id: FileId, around: Around, visitor: SignedIn) -> StreamingResponse:
    """A file of the visitor's organization."""
    found = await read_media(media_id, around, visitor.organization_id)
    found.headers["Cache-Control"] = KEPT
    return found
