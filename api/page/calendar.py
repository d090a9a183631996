"""The calendar itself, and the part of it that follows what happens."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Query, Request
from starlette.responses import Response

from api.deps import Around, Surroundings
from api.page.asking import Asked, asked
from api.page.guard import SignedIn
from api.page.looking import Look, look
from api.page.rendering import render

router = APIRouter(include_in_schema=False)
PART = "/calendar/part"
Wanted = Annotated[Asked, Depends(asked)]
Done = Annotated[str, Query(max_length=20)]
# What was just done on another page, by the word that the address carries.
NOTICES: Final = {"publish": "The post is accepted."}


@router.get("/")
def calendar_page(
    request: Request, around: Around, visitor: SignedIn, wanted: Wanted, done: Done = ""
) -> Response:
    """The week or the month."""
    seen = look(around, visitor, wanted)
    context = {
        **_context(around, seen),
        "tag": seen.tag,
        "here": f"/?view={wanted.view}",
        "live": seen.asked.address(PART),
        "done": NOTICES.get(done),
    }
    return render(request, "calendar.html", visitor, **context)


@router.get(PART)
def calendar_part(
    request: Request,
    around: Around,
    visitor: SignedIn,
    wanted: Wanted,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """What changes on it; 304 where the page has it already."""
    known = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
    seen = look(around, visitor, wanted, known)
    headers = {"ETag": seen.tag}
    if seen.calendar is None:
        return Response(status_code=304, headers=headers)
    return render(request, "calendar_part.html", visitor, headers=headers, **_context(around, seen))


def _context(around: Surroundings, seen: Look) -> dict[str, Any]:
    return {"asked": seen.asked, "calendar": seen.calendar, "connect": around.connect_url}
