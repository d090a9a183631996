"""The calendar: a view of a stretch of time, a feed for calendar programs, and what if."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import JSONResponse

from api.calendar import subscription
from api.calendar.feed import etag, feed
from api.calendar.ranges import stretch, zone_name
from api.calendar.simulation import question, simulated
from api.calendar.view import view
from api.deps import Around, OrganizationId, Surroundings
from api.errors import ApiError
from api.openapi import says
from api.schemas.base import Body, Text
from api.schemas.calendar import (
    CalendarAnswer,
    FeedAnswer,
    FeedGone,
    SimulateAnswer,
    SimulateBody,
    Written,
)
from models.store import clock, seats

router = APIRouter(tags=["calendar"])
MOST_DAYS = 92
ICS = "text/calendar; charset=utf-8"
# A feed reader asks again after this (s), and is told by the ETag whether anything has changed.
MAX_AGE = 300


@router.get(
    "/calendar", response_model=None, responses=says(CalendarAnswer, 400, 401, 403, 404, 503)
)
def get_calendar(
    around: Around,
    organization_id: OrganizationId,
    start: Annotated[Written | None, Query(alias="from")] = None,
    end: Annotated[Written | None, Query(alias="to")] = None,
    timezone: Annotated[Written | None, Query()] = None,
) -> Response:
    """Slots with their seats, posts, clock changes and blackouts; without `from` and `to` those of
    this week, Sunday to Saturday. Both are local dates (`to` included) or instants, at most 92 days
    apart."""
    with around.database.read() as session:
        now = clock.now(session)
        zone = zone_name(timezone or seats.read_settings(session, organization_id).default_timezone)
        asked = stretch(start, end, zone, now, MOST_DAYS)
        # Not left to FastAPI, which takes much longer over a thousand posts.
        shown = view(session, around.vault, organization_id, asked, now, origin=_base(around))
        return JSONResponse(shown)


@router.post(
    "/calendar/feed", response_model=None, responses=says(FeedAnswer, 400, 401, 403, 404, 503)
)
def make_feed(
    request: Request, around: Around, organization_id: OrganizationId, body: Body | None = None
) -> dict[str, Any]:
    """A new secret address of the feed; the one before ends. It is shown this once."""
    del body  # it may name the organization, which is resolved already
    with around.database.write() as session:
        token = subscription.renew(session, organization_id)
    path = request.app.url_path_for(read_feed.__name__)
    return {"url": f"{_base(around)}{path}?token={token}"}


def _base(around: Surroundings) -> str:
    return (around.public_url or "").rstrip("/")


@router.delete(
    "/calendar/feed", response_model=None, responses=says(FeedGone, 400, 401, 403, 404, 503)
)
def remove_feed(around: Around, organization_id: OrganizationId) -> dict[str, Any]:
    """Close the feed: its address opens nothing any more."""
    with around.database.write() as session:
        subscription.take_away(session, organization_id)
    return {"ok": True}


FEED_ANSWERS: dict[int | str, dict[str, Any]] = {
    **says(None, 400, 404, 503),
    200: {
        "description": "An iCalendar: the posts from 30 days back to a year ahead.",
        "content": {"text/calendar": {"schema": {"type": "string"}}},
    },
    304: {"description": "Nothing has changed since `If-None-Match`."},
}


@router.get("/calendar.ics", response_model=None, response_class=Response, responses=FEED_ANSWERS)
def read_feed(
    around: Around,
    token: Annotated[Text, Query(max_length=200)] = "",
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The posts for a calendar program. The token in the address is the only key."""
    with around.database.read() as session:
        found = subscription.contents(session, token, clock.now(session))
    if found is None:
        raise ApiError(404, "there is no such feed")
    tag = etag(found.name, found.entries)
    headers = {"ETag": tag, "Cache-Control": f"private, max-age={MAX_AGE}"}
    if tag in [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]:
        return Response(status_code=304, headers=headers)
    content = feed(found.organization_id, found.name, found.entries)
    return Response(content, media_type=ICS, headers=headers)


@router.post(
    "/simulate", response_model=None, responses=says(SimulateAnswer, 400, 401, 403, 404, 503)
)
def simulate(body: SimulateBody, around: Around, organization_id: OrganizationId) -> Response:
    """What if: which post would get which slot, what is full, what an outage would miss. Writes
    nothing. Posts arrive evenly over each week; without `queueSlots` the rules in force count."""
    with around.database.read() as session:
        now = clock.now(session)
        asked = question(session, organization_id, body, now, around.missed_grace)
    return JSONResponse(simulated(asked))
