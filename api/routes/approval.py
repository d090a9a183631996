"""Posts that wait for a person: approve, reject, release. Ours, beside the contract."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session

from api.deps import Around, Enabled, OrganizationId, Surroundings
from api.posts import approve
from api.posts.changing import changed
from api.posts.lookup import Found
from api.routes.changes import CHANGED
from api.schemas.approval import RejectBody, ReleaseBody
from api.schemas.base import Body

router = APIRouter(prefix="/posts/{post_id}", tags=["approval"])


@router.post("/approve", response_model=None, responses=CHANGED)
async def approve_post(
    post_id: str, around: Around, organization_id: Enabled, body: Body | None = None
) -> dict[str, Any]:
    """Let a post begin that waits for approval; 409 where its scheduledAt has passed meanwhile."""
    del body  # it may name the organization, which is resolved already
    return await changed(around, organization_id, (post_id, None), approve.approve)


@router.post("/reject", response_model=None, responses=CHANGED)
async def reject_post(
    post_id: str, around: Around, organization_id: OrganizationId, body: RejectBody | None = None
) -> dict[str, Any]:
    """End a post that waits for approval."""

    def change(session: Session, _: Surroundings, found: Found, now: datetime) -> None:
        approve.reject(session, found, body.reason if body else None, now)

    return await changed(around, organization_id, (post_id, None), change)


@router.post("/release", response_model=None, responses=CHANGED)
async def release_post(
    post_id: str, around: Around, organization_id: Enabled, body: ReleaseBody | None = None
) -> dict[str, Any]:
    """Let a post go that is held because it missed its slot."""

    def change(session: Session, around: Surroundings, found: Found, _: datetime) -> None:
        next_slot = body is not None and body.nextSlot
        approve.release(session, around, found, next_slot=next_slot)

    return await changed(around, organization_id, (post_id, None), change)
