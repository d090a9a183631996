"""Publish a post, list posts, and read one post."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import JSONResponse

from api.deps import ContextDep, EnabledOrganizationId, OrganizationId, RowKey
from api.openapi.route_responses import describe_responses
from api.piecewise_response import PiecewiseResponse, encode_list
from api.prefer_header import parse_wait
from api.schemas.changes import PublishAnswer
from api.schemas.post import PostAnswer
from api.schemas.posts_list import PostsAnswer, parse_posts_query
from services import presenters, waiting
from services.inputs.post_bodies import PublishBody
from services.inputs.posts_query import PostsQuery
from services.posts.list_posts import find_posts, iterate_posts
from services.posts.post_details import load_post_details
from services.posts.publish_queue import PublishQueue
from services.posts.wait_for_provider import TAKEN_BY_PROVIDER, wait_for_provider

router = APIRouter(tags=["posts"])
PREFER = "`wait=N`: answer once the provider has taken the post, or after N seconds (60 at most)."


@router.post(
    "/publish",
    response_model=None,
    responses=describe_responses(PublishAnswer, 400, 401, 403, 404, 409, 429, 502, 503),
)
async def publish(
    request: Request,
    body: PublishBody,
    context: ContextDep,
    organization_id: EnabledOrganizationId,
    row_key: RowKey,
    response: Response,
    prefer: Annotated[list[str] | None, Header(description=PREFER)] = None,
) -> dict[str, Any]:
    """Accept a post; it is committed when the answer leaves, or when the waiting begins."""
    queue: PublishQueue = request.app.state.publish_queue
    accepted = await queue.accept(organization_id, body, row_key)
    post, seconds = accepted.post, parse_wait(prefer or ())
    is_pending = post.status in TAKEN_BY_PROVIDER
    if seconds is not None and (not is_pending or waiting.may_wait()):
        response.headers["Preference-Applied"] = f"wait={seconds}"
        if is_pending and (progress := await wait_for_provider(context, post.id, seconds)):
            post.status, post.scheduled_for = progress.status, progress.scheduled_for
    return {
        **presenters.present_accepted_post(post, accepted.job_id),
        **presenters.present_warnings(accepted.warnings),
    }


@router.get(
    "/posts",
    response_model=None,
    responses=describe_responses(PostsAnswer, 400, 401, 403, 404, 503),
)
def list_posts(
    context: ContextDep,
    organization_id: OrganizationId,
    query: Annotated[PostsQuery, Depends(parse_posts_query)],
) -> Response:
    """The organization's posts, most recent first: all of them, or, with `limit` or `cursor`, a
    page."""
    with context.database.read() as session:
        subject = (session, context.cipher, organization_id, query)
        origin = context.public_url or ""
        if query.limit is None and query.cursor is None:
            batches = iterate_posts(*subject, origin=origin)
            return PiecewiseResponse(encode_list("posts", batches))
        # FastAPI's own encoder takes much longer for hundreds of posts.
        return JSONResponse(find_posts(*subject, origin=origin))


@router.get("/posts/{post_id}", response_model=None, responses=describe_responses(PostAnswer))
def get_post(post_id: str, context: ContextDep, organization_id: OrganizationId) -> dict[str, Any]:
    """One post with its deliveries and the history of every attempt."""
    with context.database.read() as session:
        origin = context.public_url or ""
        return {
            "post": load_post_details(
                session, context.cipher, organization_id, post_id, origin=origin
            )
        }
