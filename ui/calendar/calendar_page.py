"""The calendar page, and the part of it that the page's script polls."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Query
from starlette.responses import Response

from api.deps import ContextDep
from ui.calendar.calendar_data import CalendarSnapshot, load_calendar, load_warnings
from ui.calendar.calendar_query import CalendarQuery, parse_calendar_query
from ui.calendar.move_page import MOVE_PATH
from ui.calendar.move_undo import read_undo
from ui.sign_in.auth import CurrentVisitor
from ui.sign_in.visitor import Visitor
from ui.templating import render

router = APIRouter(include_in_schema=False)
PART_PATH = "/calendar/part"
QueryDep = Annotated[CalendarQuery, Depends(parse_calendar_query)]
Done = Annotated[str, Query(max_length=20)]
UndoText = Annotated[str, Query(max_length=200)]
PostId = Annotated[str, Query(max_length=64)]
# What was just done on another page, by the `done` parameter of the URL.
NOTICES: Final = {"publish": "The post is accepted.", "edit": "Saved.", "move": "Moved."}


@router.get("/")
def calendar_page(
    context: ContextDep,
    visitor: CurrentVisitor,
    query: QueryDep,
    done: Done = "",
    post: PostId = "",
    undo: UndoText = "",
) -> Response:
    """Show the week or the month, and after a publication what of the post will not be sent."""
    snapshot = load_calendar(context, visitor, query)
    variables = {
        **template_variables(visitor, snapshot),
        "done": NOTICES.get(done),
        "undo": read_undo(undo) if done == "move" else None,
        "warnings": load_warnings(context, visitor, post) if done == "publish" else [],
    }
    return render("calendar.html", visitor, **variables)


@router.get(PART_PATH)
def calendar_part(
    context: ContextDep,
    visitor: CurrentVisitor,
    query: QueryDep,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The part of the page that changes; 304 if the page is up to date."""
    known = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
    snapshot = load_calendar(context, visitor, query, known)
    headers = {"ETag": snapshot.etag}
    if snapshot.calendar is None:
        return Response(status_code=304, headers=headers)
    return render(
        "calendar_part.html",
        visitor,
        headers=headers,
        **template_variables(visitor, snapshot),
    )


def template_variables(visitor: Visitor, snapshot: CalendarSnapshot) -> dict[str, Any]:
    """What the templates of the calendar are given."""
    query, calendar = snapshot.query, snapshot.calendar
    return {
        "query": query,
        "calendar": calendar,
        "etag": snapshot.etag,
        "current_path": f"/?view={query.view}",
        "poll_url": visitor.base + query.url(PART_PATH),
        "move_path": MOVE_PATH,
        "filter_bar": calendar and calendar.filter_bar,
        "filter_path": "/",
        "filter_fields": {"view": query.view, "date": query.day},
    }
