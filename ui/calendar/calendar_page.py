"""The calendar itself, and the part of it that follows what happens."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Query, Request
from starlette.responses import Response

from api.deps import ContextDep
from services.context import AppContext
from ui.calendar.calendar_data import CalendarSnapshot, load_calendar
from ui.calendar.calendar_query import CalendarQuery, parse_calendar_query
from ui.sign_in.auth import CurrentVisitor
from ui.templating import render

router = APIRouter(include_in_schema=False)
PART_PATH = "/calendar/part"
QueryDep = Annotated[CalendarQuery, Depends(parse_calendar_query)]
Done = Annotated[str, Query(max_length=20)]
# What was just done on another page, by the word that the address carries.
NOTICES: Final = {"publish": "The post is accepted."}


@router.get("/")
def calendar_page(
    request: Request,
    context: ContextDep,
    visitor: CurrentVisitor,
    wanted: QueryDep,
    done: Done = "",
) -> Response:
    """The week or the month."""
    snapshot = load_calendar(context, visitor, wanted)
    variables = {
        **_template_variables(context, snapshot),
        "etag": snapshot.tag,
        "current_path": f"/?view={wanted.view}",
        "poll_url": snapshot.query.url(PART_PATH),
        "done": NOTICES.get(done),
    }
    return render(request, "calendar.html", visitor, **variables)


@router.get(PART_PATH)
def calendar_part(
    request: Request,
    context: ContextDep,
    visitor: CurrentVisitor,
    wanted: QueryDep,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """What changes on it; 304 where the page has it already."""
    known = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
    snapshot = load_calendar(context, visitor, wanted, known)
    headers = {"ETag": snapshot.tag}
    if snapshot.calendar is None:
        return Response(status_code=304, headers=headers)
    return render(
        request,
        "calendar_part.html",
        visitor,
        headers=headers,
        **_template_variables(context, snapshot),
    )


def _template_variables(context: AppContext, snapshot: CalendarSnapshot) -> dict[str, Any]:
    return {
        "query": snapshot.query,
        "calendar": snapshot.calendar,
        "connect_url": context.connect_url,
    }
