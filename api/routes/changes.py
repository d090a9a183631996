"""Changing accepted posts: edit, remove, retry, acknowledge, move, swap; and copying them."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session

from api.deps import ContextDep, EnabledOrganizationId, OrganizationId
from api.openapi.route_responses import describe_responses
from api.schemas.changes import CHANGE_RESPONSES, EDIT_RESPONSES, SWAP_RESPONSES, PublishAnswer
from models.actors import current_actor
from services import presenters
from services.context import AppContext
from services.errors import FieldError
from services.inputs.post_bodies import (
    AcknowledgeBody,
    DuplicateBody,
    EditBody,
    MoveBody,
    RemoveBody,
    SwapBody,
)
from services.posts.acknowledge import acknowledge
from services.posts.apply_change import apply_change
from services.posts.duplicate import duplicate
from services.posts.edit import edit
from services.posts.lookup import PostWithSettings
from services.posts.move import move
from services.posts.remove import remove
from services.posts.retry import retry
from services.posts.swap import swap

router = APIRouter(tags=["posts"])


@router.post("/edit", response_model=None, responses=EDIT_RESPONSES)
async def edit_post(
    body: EditBody, context: ContextDep, organization_id: EnabledOrganizationId
) -> dict[str, Any]:
    """Change what a post says, its files, where it goes and when; or make it a draft again."""
    warnings: list[FieldError] = []

    def change(
        session: Session, context: AppContext, found: PostWithSettings, now: datetime
    ) -> None:
        warnings.extend(edit(session, context, found, body, now))

    names = (body.postId, body.jobId)
    answer = await apply_change(context, organization_id, names, change)
    return {**answer, **presenters.present_warnings(warnings)}


@router.post("/remove", response_model=None, responses=CHANGE_RESPONSES)
async def remove_post(
    body: RemoveBody, context: ContextDep, organization_id: OrganizationId
) -> dict[str, Any]:
    """Cancel a post, at the provider too; `cancelling` until the provider acknowledged it."""
    return await apply_change(context, organization_id, (body.postId, body.jobId), remove)


@router.post("/posts/{post_id}/retry", response_model=None, responses=CHANGE_RESPONSES)
async def retry_post(
    post_id: str, context: ContextDep, organization_id: EnabledOrganizationId
) -> dict[str, Any]:
    """Try again what did not go out."""
    return await apply_change(context, organization_id, (post_id, None), retry)


@router.post("/posts/{post_id}/acknowledge", response_model=None, responses=CHANGE_RESPONSES)
async def acknowledge_post(
    post_id: str,
    context: ContextDep,
    organization_id: OrganizationId,
    body: AcknowledgeBody | None = None,
) -> dict[str, Any]:
    """Leave a failed, partial, missed or unknown post as it is: it needs no more attention."""

    def change(session: Session, _: AppContext, found: PostWithSettings, now: datetime) -> None:
        by = (body and body.by) or current_actor().name
        acknowledge(session, found, by, now)

    return await apply_change(context, organization_id, (post_id, None), change)


@router.post("/posts/{post_id}/move", response_model=None, responses=CHANGE_RESPONSES)
async def move_post(
    post_id: str, body: MoveBody, context: ContextDep, organization_id: EnabledOrganizationId
) -> dict[str, Any]:
    """Seat a post in a slot of the queue that has a free seat; its old seat is free again."""

    def change(
        session: Session, context: AppContext, found: PostWithSettings, now: datetime
    ) -> None:
        move(session, context, found, body, now)

    return await apply_change(context, organization_id, (post_id, None), change)


@router.post("/posts/{post_id}/swap", response_model=None, responses=SWAP_RESPONSES)
def swap_post(
    post_id: str, body: SwapBody, context: ContextDep, organization_id: EnabledOrganizationId
) -> dict[str, Any]:
    """Exchange the slots of two scheduled posts, at once; each may have one of the queue or an
    instant of its own."""
    return swap(context, organization_id, post_id, body)


@router.post(
    "/posts/{post_id}/duplicate",
    response_model=None,
    responses=describe_responses(PublishAnswer, 400, 401, 403, 404, 429, 503),
)
def duplicate_post(
    post_id: str,
    context: ContextDep,
    organization_id: EnabledOrganizationId,
    body: DuplicateBody | None = None,
) -> dict[str, Any]:
    """Make a draft without a date of any post, whatever became of it."""
    with context.database.write() as session:
        copy = duplicate(session, context, organization_id, post_id, body or DuplicateBody())
        answer = presenters.present_accepted_post(copy.post, copy.job_id)
    return {**answer, **presenters.present_warnings(copy.warnings)}
