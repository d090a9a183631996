"""The calendar: a view of a time range, a feed for calendar programs, and a simulation."""

from datetime import UTC
from email.utils import format_datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from api.caller import rate_limiter
from api.deps import ContextDep, OrganizationId
from api.middleware import request_state
from api.middleware.organization_places import take_place
from api.openapi.route_responses import describe_responses
from api.schemas.calendar import CalendarAnswer, FeedAnswer, FeedGone, SimulateAnswer
from models.store import clock
from models.store.tenants import social_settings
from services.calendar import feed_subscription
from services.calendar.calendar_view import load_calendar_view
from services.calendar.icalendar_feed import feed_etag, last_change, render_feed
from services.calendar.kept_feeds import KeptFeeds
from services.calendar.simulation_request import parse_scenario, run_simulation
from services.calendar.time_range import parse_range
from services.context import AppContext
from services.errors import NotFound
from services.inputs.field_types import Body, Text
from services.inputs.simulation_body import SimulateBody, TimeText
from services.time_input import zone_or_default

router = APIRouter(tags=["calendar"])
MAX_DAYS = 92
ICS = "text/calendar; charset=utf-8"
# Calendar programs fetch the feed again after this time (s); the ETag tells them of changes.
MAX_AGE = 300


@router.get(
    "/calendar",
    response_model=None,
    responses=describe_responses(CalendarAnswer, 400, 401, 403, 404, 503),
)
def get_calendar(
    context: ContextDep,
    organization_id: OrganizationId,
    start: Annotated[TimeText | None, Query(alias="from")] = None,
    end: Annotated[TimeText | None, Query(alias="to")] = None,
    timezone: Annotated[TimeText | None, Query()] = None,
) -> Response:
    """Slots with their seats, posts, clock changes and blackouts; without `from` and `to` those of
    this week, Sunday to Saturday. Both are local dates (`to` included) or instants, at most 92 days
    apart."""
    with context.database.read() as session:
        now = clock.now(session)
        zone = zone_or_default(
            timezone, social_settings.read_settings(session, organization_id).default_timezone
        )
        time_range = parse_range(start, end, zone, now, MAX_DAYS)
        # FastAPI's own encoder takes much longer for a thousand posts.
        body = load_calendar_view(
            session,
            context.cipher,
            organization_id,
            time_range,
            now,
            origin=_public_base_url(context),
        )
        return JSONResponse(body)


@router.post(
    "/calendar/feed",
    response_model=None,
    responses=describe_responses(FeedAnswer, 400, 401, 403, 404, 503),
)
def make_feed(
    request: Request, context: ContextDep, organization_id: OrganizationId, body: Body | None = None
) -> dict[str, Any]:
    """A new secret address of the feed; the one before ends. It is shown this once."""
    del body  # it may name the organization, which is resolved already
    with context.database.write() as session:
        token = feed_subscription.renew_token(session, organization_id)
    path = request.app.url_path_for(read_feed.__name__)
    return {"url": f"{_public_base_url(context)}{path}?token={token}"}


def _public_base_url(context: AppContext) -> str:
    return (context.public_url or "").rstrip("/")


@router.delete(
    "/calendar/feed",
    response_model=None,
    responses=describe_responses(FeedGone, 400, 401, 403, 404, 503),
)
def remove_feed(context: ContextDep, organization_id: OrganizationId) -> dict[str, Any]:
    """Close the feed: its address opens nothing any more."""
    with context.database.write() as session:
        feed_subscription.revoke_token(session, organization_id)
    return {"ok": True}


FEED_ANSWERS: dict[int | str, dict[str, Any]] = {
    **describe_responses(None, 400, 404, 429, 503),
    200: {
        "description": "An iCalendar: the posts from 30 days back to a year ahead.",
        "content": {"text/calendar": {"schema": {"type": "string"}}},
    },
    304: {"description": "Nothing has changed since `If-None-Match`."},
}


FeedToken = Annotated[Text, Query(max_length=200)]


async def count_feed(request: Request, context: ContextDep, token: FeedToken = "") -> None:
    """Count a request for a feed as one of its organization, or of the address that guesses."""
    owner = await run_in_threadpool(_feed_owner, context, token)
    if owner is None:
        await rate_limiter(request).count_unauthenticated(request)
        raise NotFound("there is no such feed")
    request_state.get(request).organization_id = owner
    await rate_limiter(request).count_organization(request, owner)
    await take_place(request, owner)


def _feed_owner(context: AppContext, token: str) -> str | None:
    with context.database.read() as session:
        return feed_subscription.find_owner_id(session, token)


@router.get(
    "/calendar.ics",
    response_model=None,
    response_class=Response,
    responses=FEED_ANSWERS,
    dependencies=[Depends(count_feed)],
)
def read_feed(
    context: ContextDep,
    request: Request,
    token: FeedToken = "",
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """The posts for a calendar program. The token in the address is the only key."""
    with context.database.read() as session:
        found = feed_subscription.load_feed(session, token, clock.now(session))
    if found is None:
        raise NotFound("there is no such feed")
    etag = feed_etag(found.name, found.entries)
    headers = {"ETag": etag, "Cache-Control": f"private, max-age={MAX_AGE}"}
    if (changed_at := last_change(found.entries)) is not None:
        headers["Last-Modified"] = format_datetime(changed_at.astimezone(UTC), usegmt=True)
    # If-Modified-Since is not enough for a 304: a post that has left the feed left no later date.
    if etag in [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]:
        return Response(status_code=304, headers=headers)
    kept: KeptFeeds = request.app.state.kept_feeds
    content = kept.get(
        found.organization_id,
        etag,
        lambda: render_feed(found.organization_id, found.name, found.entries),
    )
    return Response(content, media_type=ICS, headers=headers)


@router.post(
    "/simulate",
    response_model=None,
    responses=describe_responses(SimulateAnswer, 400, 401, 403, 404, 503),
)
def simulate(body: SimulateBody, context: ContextDep, organization_id: OrganizationId) -> Response:
    """What if: which post would get which slot, what is full, what an outage would miss. Writes
    nothing. Posts arrive evenly over each week; without `queueSlots` the rules in force count."""
    with context.database.read() as session:
        now = clock.now(session)
        scenario = parse_scenario(session, organization_id, body, now, context.missed_grace)
    return JSONResponse(run_simulation(scenario))
