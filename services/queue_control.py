"""The queue as a whole: pause it, resume it, replan its posts."""

from typing import Any

from models.store import clock
from models.store.tenants import social_settings
from scheduler.seating import pause
from scheduler.seating.replan import ReplannedPost, replan_queue
from services import presenters
from services.context import AppContext


def set_paused(context: AppContext, organization_id: str, *, paused: bool) -> None:
    """Pause or resume an organization's queue; harmless to repeat."""
    with context.database.write() as session:
        row = social_settings.lock_organization(session, organization_id)
        pause.set_paused(session, row, clock.now(session), context.scheduling, paused=paused)


def replan_organization(
    context: AppContext, organization_id: str, *, dry_run: bool
) -> list[ReplannedPost]:
    """Move posts whose slot no longer exists or has moved. A dry run is the same transaction,
    rolled back."""
    with context.database.write() as session:
        row = social_settings.lock_organization(session, organization_id)
        moves = replan_queue(session, row, clock.now(session), context.scheduling)
        if dry_run:
            session.rollback()
    return moves


def present_move(move: ReplannedPost) -> dict[str, Any]:
    """A moved post as the API shows it; `to` is null for a post that goes back to the backlog."""
    return {
        "postId": move.post_id,
        "from": presenters.format_instant(move.before),
        "to": presenters.format_instant(move.after),
        "why": move.why,
    }
