"""`/components`: every component of the pages in all its states, to look at while designing."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from models.statuses import PostStatus
from services.inputs.field_types import PLATFORMS
from ui.organization_mark import COLOURS, Mark
from ui.sign_in.auth import CurrentVisitor
from ui.templating import render

router = APIRouter(include_in_schema=False)
MARKS: Final = tuple(Mark("ABCDEFGH"[number], number + 1) for number in range(COLOURS))
TONES: Final = ("ok", "waiting", "attention", "failed", "quiet")


@router.get("/components")
async def components_page(visitor: CurrentVisitor) -> Response:
    """Show them. The forms on it lead nowhere."""
    return render(
        "components.html",
        visitor,
        current_path="/components",
        marks=MARKS,
        networks=PLATFORMS,
        statuses=list(PostStatus),
        tones=TONES,
    )
