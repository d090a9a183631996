"""When posts that wait for approval would go out, if they were approved now. Nothing is held for
them: each answer is true only until somebody else takes the slot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from models.organizations import SocialSettings
from models.posts import Post
from models.statuses import Desired
from models.store.posts import inbox
from models.store.posts.needs import Need
from models.store.queue.backlog import BacklogPost
from models.store.tenants import social_settings
from scheduler.seating.seat_backlog import plan_newcomers
from services import presenters
from services.context import AppContext

# So many of the posts that wait are planned, the oldest first.
MAX_PLANNED: Final = 200
AT_ONCE: Final = "at once"
AS_DRAFT: Final = "it stays a draft"
TIME_IS_OVER: Final = "its time is over; give it another one"
QUEUE_PAUSED: Final = "the queue is paused"
NO_FREE_SLOT: Final = "no slot is free"
SLOT_IS_TAKEN: Final = "the slot that was chosen is not free any more"


@dataclass(frozen=True, slots=True)
class PlannedInstant:
    """`at`: when it would go out; None where it has no instant. `note`: what else to know."""

    at: datetime | None
    note: str | None = None


def planned_instants(
    session: Session, context: AppContext, organization_id: str, now: datetime
) -> dict[str, PlannedInstant]:
    """By post id, in the order in which they wait: when each would go out if all were approved now,
    one after the other. At most `MAX_PLANNED` posts."""
    rows = inbox.list_posts(session, organization_id, Need.APPROVAL, MAX_PLANNED)
    return plan_posts(session, context, organization_id, rows, now)


def plan_posts(
    session: Session, context: AppContext, organization_id: str, rows: Sequence[Post], now: datetime
) -> dict[str, PlannedInstant]:
    """The same for these posts that wait."""
    settings = social_settings.read_settings(session, organization_id)
    queued = [
        (BacklogPost(row.id, row.post_type, row.video_key), _chosen_slot(row, now))
        for row in rows
        if _joins_queue(row)
    ]
    seats = plan_newcomers(session, settings, queued, now, context.scheduling) if queued else {}
    instants = {post_id: seat.slot.at for post_id, seat in seats.items()}
    return {row.id: _plan(row, settings, instants.get(row.id), now) for row in rows}


def present_plan(plan: PlannedInstant) -> dict[str, Any]:
    """The fields of an answer."""
    return {"plannedFor": presenters.format_instant(plan.at), "plannedNote": plan.note}


def _joins_queue(row: Post) -> bool:
    return row.publish_mode == "next_slot" and row.desired == Desired.SCHEDULED


def _chosen_slot(row: Post, now: datetime) -> datetime | None:
    at = row.scheduled_for
    return at if at is not None and at > now else None


def _plan(
    row: Post, settings: SocialSettings, seat_at: datetime | None, now: datetime
) -> PlannedInstant:
    if row.desired == Desired.DRAFT:
        return PlannedInstant(None, AS_DRAFT)
    if row.desired == Desired.PUBLISHED_NOW:
        return PlannedInstant(None, AT_ONCE)
    if _joins_queue(row):
        return _plan_queued(_chosen_slot(row, now), settings, seat_at)
    at = row.scheduled_for
    return PlannedInstant(at) if at is not None and at > now else PlannedInstant(None, TIME_IS_OVER)


def _plan_queued(
    chosen: datetime | None, settings: SocialSettings, seat_at: datetime | None
) -> PlannedInstant:
    if seat_at is None:
        return PlannedInstant(None, QUEUE_PAUSED if settings.is_paused else NO_FREE_SLOT)
    return PlannedInstant(seat_at, SLOT_IS_TAKEN if chosen not in (None, seat_at) else None)
