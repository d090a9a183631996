"""Posts that wait for a person: approve, ask for changes, submit again, reject, and release a post
that missed its slot."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.actors import Scope, current_actor
from models.statuses import DeliveryStatus, Desired, PostStatus, ReviewState
from models.store.posts import post_changes
from models.store.posts.posts import NO_DATE
from scheduler.seating.move_post import NoSuchSlot, SeatUnavailable, move_to_slot
from scheduler.seating.release_missed import NotMissed, release_missed_post
from scheduler.seating.seat_backlog import seat_backlog
from services import presenters
from services.context import AppContext
from services.errors import Conflict, invalid_field
from services.permissions import require
from services.posts.lookup import PostWithSettings
from services.posts.post_warnings import check_limits_are_sent


def approve(
    session: Session,
    context: AppContext,
    found: PostWithSettings,
    now: datetime,
    *,
    comment: str | None = None,
    by: str | None = None,
) -> None:
    """Start a post as if it had been accepted now; Conflict unless it waits for approval."""
    require(Scope.APPROVE)
    status, values = status_after_approval(found, now)
    if status is not PostStatus.DRAFT:
        check_limits_are_sent(session, found.post)
    values = {**values, **_review(ReviewState.APPROVED, comment, by, now)}
    chosen = found.post.scheduled_for if status is PostStatus.BACKLOG else None
    post_changes.update_post(
        session, found.locked, status, now, step="approve", note=comment, **values
    )
    if chosen is not None and chosen > now:
        _take_chosen_slot(session, context, found, chosen, now)
    if status is PostStatus.BACKLOG:
        seat_backlog(session, found.settings, now, context.scheduling)


def _take_chosen_slot(
    session: Session, context: AppContext, found: PostWithSettings, slot: datetime, now: datetime
) -> None:
    """Seat a post in the slot that its writer chose; it waits for the next free one where that
    slot is gone or full by now."""
    with suppress(NoSuchSlot, SeatUnavailable):
        move_to_slot(session, found.settings, found.locked, slot, now, context.scheduling)


def status_after_approval(
    found: PostWithSettings, now: datetime
) -> tuple[PostStatus, dict[str, Any]]:
    """The status of the post once it is approved, and the columns for its time. Conflict where it
    cannot be approved."""
    check_pending(found, "approved")
    post = found.post
    if post.desired == Desired.DRAFT:
        return PostStatus.DRAFT, {}
    if post.desired == Desired.PUBLISHED_NOW:  # lateness counts from the approval
        return PostStatus.PUBLISHING, {"late_at": now}
    if post.publish_mode == "next_slot":
        return PostStatus.BACKLOG, NO_DATE
    if post.scheduled_for is None or post.scheduled_for <= now:
        at = presenters.format_instant(post.scheduled_for)
        raise Conflict(f"its scheduledAt ({at}) has passed; give it another one (edit) first")
    return PostStatus.SCHEDULED, {}


def request_changes(
    session: Session, found: PostWithSettings, comment: str, by: str | None, now: datetime
) -> None:
    """Send a post back to its writer, who changes it and submits it again. It keeps its mode and
    its time. Conflict unless it waits for approval, ValidationFailed without a comment."""
    require(Scope.APPROVE)
    if not comment.strip():
        raise invalid_field("comment", "is required: say what has to change")
    check_pending(found, "sent back")
    values = _review(ReviewState.CHANGES_REQUESTED, comment, by, now)
    new = PostStatus.CHANGES_REQUESTED
    post_changes.update_post(
        session, found.locked, new, now, step="request_changes", note=comment, **values
    )


def submit(session: Session, found: PostWithSettings, comment: str | None, now: datetime) -> None:
    """Let a post that was sent back to its writer wait for approval again. The review stays: the
    next reviewer sees what was asked for. Conflict unless changes were asked for."""
    if found.locked.status is not PostStatus.CHANGES_REQUESTED:
        message = "no changes were asked for"
        raise Conflict(f"a post that is {found.locked.status} cannot be submitted; {message}")
    new = PostStatus.PENDING_APPROVAL
    post_changes.update_post(session, found.locked, new, now, step="submit", note=comment)


def reject(
    session: Session,
    found: PostWithSettings,
    reason: str | None,
    now: datetime,
    *,
    by: str | None = None,
) -> None:
    """End a post that waits for approval, with a reason; Conflict unless it waits for that."""
    require(Scope.APPROVE)
    check_pending(found, "rejected")
    for each in found.locked.deliveries:
        post_changes.reset_delivery(session, each, DeliveryStatus.CANCELLED)
    locked, reason = found.locked, reason or None
    values = _review(ReviewState.REJECTED, reason, by, now)
    post_changes.update_post(
        session, locked, PostStatus.REJECTED, now, step="reject", note=reason, reason=reason,
        **values,
    )  # fmt: skip


def check_pending(found: PostWithSettings, what: str) -> None:
    """Conflict unless the post waits for approval."""
    status = found.locked.status
    if status is not PostStatus.PENDING_APPROVAL:
        raise Conflict(f"a post that is {status} cannot be {what}; it does not wait for that")


def _review(
    state: ReviewState, comment: str | None, by: str | None, now: datetime
) -> dict[str, Any]:
    """The columns of the last decision; without `by` it is whoever makes the change."""
    return {
        "review_state": state,
        "review_comment": comment,
        "reviewed_by": by or current_actor().name,
        "reviewed_at": now,
    }


def release(
    session: Session, context: AppContext, found: PostWithSettings, *, next_slot: bool
) -> None:
    """Release a post that missed its slot: publish it in turn, or move it to the next free slot.
    Conflict unless it missed its slot."""
    try:
        release_missed_post(
            session, found.settings, found.post.id, context.scheduling, next_slot=next_slot
        )
    except NotMissed as error:
        raise Conflict(str(error)) from None
