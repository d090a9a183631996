"""The queue as a whole: pause, resume, replan. An addition to the contract."""

from typing import Any

from fastapi import APIRouter

from api.deps import ContextDep, EnabledOrganizationId, OrganizationId
from api.openapi.route_responses import describe_responses
from api.schemas.queue import PauseAnswer, ReplanAnswer, ReplanBody
from services.inputs.field_types import Body
from services.queue_control import present_move, replan_organization, set_paused

router = APIRouter(prefix="/queue", tags=["queue"])


@router.post("/pause", response_model=None, responses=describe_responses(PauseAnswer))
def pause(
    context: ContextDep, organization_id: OrganizationId, body: Body | None = None
) -> dict[str, Any]:
    """Let no slot open, and hand no post of the queue to the provider."""
    del body  # it may name the organization, which is resolved already
    set_paused(context, organization_id, paused=True)
    return {"isPaused": True}


@router.post("/resume", response_model=None, responses=describe_responses(PauseAnswer))
def resume(
    context: ContextDep, organization_id: EnabledOrganizationId, body: Body | None = None
) -> dict[str, Any]:
    """Let a paused queue go on."""
    del body
    set_paused(context, organization_id, paused=False)
    return {"isPaused": False}


@router.post("/replan", response_model=None, responses=describe_responses(ReplanAnswer))
def replan(
    body: ReplanBody, context: ContextDep, organization_id: EnabledOrganizationId
) -> dict[str, Any]:
    """Move posts whose slot is gone or has moved; `dryRun` only says which."""
    moves = replan_organization(context, organization_id, dry_run=body.dryRun)
    return {"dryRun": body.dryRun, "moves": [present_move(move) for move in moves]}
