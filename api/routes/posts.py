"""Publishing and listing posts."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from api import answers
from api.deps import Around, Enabled, OrganizationId, RowKey, Surroundings
from api.openapi import says
from api.posts.listing import answer
from api.posts.publish import Accepted, accept
from api.posts.timeline import timeline
from api.posts.waiting import TAKEN, wait_for_provider, wait_of
from api.schemas.changes import PublishAnswer
from api.schemas.post import PostAnswer
from api.schemas.posts import PublishBody
from api.schemas.posts_list import PostsAnswer, Wanted, wanted

router = APIRouter(tags=["posts"])
PREFER = "`wait=N`: answer once the provider has taken the post, or after N seconds (60 at most)."


@router.post(
    "/publish",
    response_model=None,
    responses=says(PublishAnswer, 400, 401, 403, 404, 429, 502, 503),
)
async def publish(
    body: PublishBody,
    around: Around,
    organization_id: Enabled,
    row_key: RowKey,
    response: Response,
    prefer: Annotated[list[str] | None, Header(description=PREFER)] = None,
) -> dict[str, Any]:
    """Accept a post; it is committed when the answer leaves, or when the waiting begins."""
    accepted = await run_in_threadpool(_accept, around, organization_id, body, row_key)
    post, seconds = accepted.post, wait_of(prefer or ())
    if seconds is not None:
        response.headers["Preference-Applied"] = f"wait={seconds}"
        if post.status in TAKEN:
            standing = await wait_for_provider(around, post.id, seconds)
            if standing is not None:
                post.status, post.scheduled_for = standing.status, standing.scheduled_for
    return answers.published(post, accepted.job_id)


def _accept(
    around: Surroundings, organization_id: str, body: PublishBody, row_key: str | None
) -> Accepted:
    with around.database.write() as session:
        return accept(session, around, organization_id, body, row_key)


@router.get("/posts", response_model=None, responses=says(PostsAnswer, 400, 401, 403, 404, 503))
def list_posts(
    around: Around, organization_id: OrganizationId, asked: Annotated[Wanted, Depends(wanted)]
) -> Response:
    """The organization's posts, most recent first: all of them, or, with `limit` or `cursor`, a
    page."""
    with around.database.read() as session:
        # Not left to FastAPI, which takes much longer over thousands of posts.
        origin = around.public_url or ""
        return JSONResponse(answer(session, around.vault, organization_id, asked, origin=origin))


@router.get("/posts/{post_id}", response_model=None, responses=says(PostAnswer))
def get_post(post_id: str, around: Around, organization_id: OrganizationId) -> dict[str, Any]:
    """One post with its deliveries and the history of every attempt."""
    with around.database.read() as session:
        origin = around.public_url or ""
        return {"post": timeline(session, around.vault, organization_id, post_id, origin=origin)}
