"""Posts that wait for a person: approve, reject, release. An addition to the contract."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session

from api.deps import ContextDep, EnabledOrganizationId, OrganizationId
from api.schemas.changes import CHANGE_RESPONSES
from services.context import AppContext
from services.inputs.approval_bodies import RejectBody, ReleaseBody
from services.inputs.field_types import Body
from services.posts import approval
from services.posts.apply_change import apply_change
from services.posts.lookup import PostWithSettings

router = APIRouter(prefix="/posts/{post_id}", tags=["approval"])


@router.post("/approve", response_model=None, responses=CHANGE_RESPONSES)
async def approve_post(
    post_id: str,
    context: ContextDep,
    organization_id: EnabledOrganizationId,
    body: Body | None = None,
) -> dict[str, Any]:
    """Let a post begin that waits for approval; 409 where its scheduledAt has passed meanwhile."""
    del body  # it may name the organization, which is resolved already
    return await apply_change(context, organization_id, (post_id, None), approval.approve)


@router.post("/reject", response_model=None, responses=CHANGE_RESPONSES)
async def reject_post(
    post_id: str,
    context: ContextDep,
    organization_id: OrganizationId,
    body: RejectBody | None = None,
) -> dict[str, Any]:
    """End a post that waits for approval."""

    def change(session: Session, _: AppContext, found: PostWithSettings, now: datetime) -> None:
        approval.reject(session, found, body.reason if body else None, now)

    return await apply_change(context, organization_id, (post_id, None), change)


@router.post("/release", response_model=None, responses=CHANGE_RESPONSES)
async def release_post(
    post_id: str,
    context: ContextDep,
    organization_id: EnabledOrganizationId,
    body: ReleaseBody | None = None,
) -> dict[str, Any]:
    """Let a post go that is held because it missed its slot."""

    def change(session: Session, context: AppContext, found: PostWithSettings, _: datetime) -> None:
        next_slot = body is not None and body.nextSlot
        approval.release(session, context, found, next_slot=next_slot)

    return await apply_change(context, organization_id, (post_id, None), change)
