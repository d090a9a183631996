"""The queue as a whole: pausing, resuming, re-planning. Ours, beside the contract."""

from typing import Any

from fastapi import APIRouter

from api.deps import AppContext, ContextDep, EnabledOrganizationId, OrganizationId
from api.openapi.route_responses import describe_responses
from api.schemas.queue import PauseAnswer, ReplanAnswer, ReplanBody
from models.store import clock
from models.store.tenants import social_settings
from scheduler.seating.pause import set_paused
from scheduler.seating.replan import ReplannedPost, replan_queue
from services import presenters
from services.inputs.field_types import Body

router = APIRouter(prefix="/queue", tags=["queue"])


@router.post("/pause", response_model=None, responses=describe_responses(PauseAnswer))
def pause(
    context: ContextDep, organization_id: OrganizationId, body: Body | None = None
) -> dict[str, Any]:
    """Let no slot open, and hand no post of the queue to the provider."""
    del body  # it may name the organization, which is resolved already
    return _set_paused(context, organization_id, paused=True)


@router.post("/resume", response_model=None, responses=describe_responses(PauseAnswer))
def resume(
    context: ContextDep, organization_id: EnabledOrganizationId, body: Body | None = None
) -> dict[str, Any]:
    """Let a paused queue go on."""
    del body
    return _set_paused(context, organization_id, paused=False)


def _set_paused(context: AppContext, organization_id: str, *, paused: bool) -> dict[str, Any]:
    with context.database.write() as session:
        row = social_settings.lock_organization(session, organization_id)
        set_paused(session, row, clock.now(session), context.scheduling, paused=paused)
    return {"isPaused": paused}


@router.post("/replan", response_model=None, responses=describe_responses(ReplanAnswer))
def replan(
    body: ReplanBody, context: ContextDep, organization_id: EnabledOrganizationId
) -> dict[str, Any]:
    """Move posts whose slot is gone or has moved; `dryRun` only says which."""
    moves = plan_moves(context, organization_id, dry_run=body.dryRun)
    return {"dryRun": body.dryRun, "moves": [present_move(move) for move in moves]}


def plan_moves(context: AppContext, organization_id: str, *, dry_run: bool) -> list[ReplannedPost]:
    """Re-plan an organization; a dry run is the same transaction, taken back."""
    with context.database.write() as session:
        row = social_settings.lock_organization(session, organization_id)
        moves = replan_queue(session, row, clock.now(session), context.scheduling)
        if dry_run:
            session.rollback()
    return moves


def present_move(move: ReplannedPost) -> dict[str, Any]:
    """A move as it is answered; `to` null: back in the backlog."""
    return {
        "postId": move.post_id,
        "from": presenters.format_instant(move.before),
        "to": presenters.format_instant(move.after),
        "why": move.why,
    }
