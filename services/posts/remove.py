"""Removing a post: cancelled at once, or as soon as the provider cannot publish it any more."""

from datetime import datetime

from sqlmodel import Session

from models.posts import Delivery
from models.statuses import DeliveryStatus, PostStatus
from models.store.posts import post_changes
from models.store.queue import seats
from models.store.tenants import social_settings
from scheduler.seating.seat_backlog import seat_backlog
from services.context import AppContext
from services.errors import Conflict
from services.posts.lookup import PostWithSettings

GONE = (PostStatus.CANCELLED, PostStatus.CANCELLING)
LEAVING_OR_LIVE = (DeliveryStatus.PUBLISHING, DeliveryStatus.PUBLISHED)
ENDED = (PostStatus.UNKNOWN, PostStatus.FAILED, PostStatus.MISSED, PostStatus.PARTIAL)
TOO_LATE = (PostStatus.PUBLISHED, PostStatus.PARTIAL, PostStatus.REJECTED)


def remove(session: Session, context: AppContext, found: PostWithSettings, now: datetime) -> None:
    """Start a removal, and complete it where nothing was sent yet; Conflict when it is too late."""
    locked = found.locked
    if locked.status in GONE:
        return
    check_removable(context, found, now)
    if locked.is_never_sent:
        for each in locked.deliveries:
            post_changes.reset_delivery(session, each, DeliveryStatus.CANCELLED)
        seats.release_seats(session, found.post.id)
        post_changes.update_post(
            session, locked, PostStatus.CANCELLED, now, step="remove", reason="removed"
        )
        settings = social_settings.lock_organization(session, found.settings.organization_id)
        seat_backlog(session, settings, now, context.scheduling)
        return
    for each in locked.deliveries:
        _prepare_removal(session, each)
    post_changes.update_post(
        session, locked, PostStatus.CANCELLING, now, step="remove", reason=None
    )


def _prepare_removal(session: Session, delivery: Delivery) -> None:
    """Reset a delivery, so that the worker removes it now instead of waiting for a retry."""
    status = DeliveryStatus(delivery.status)
    if status is DeliveryStatus.UNKNOWN:
        status = DeliveryStatus.CREATED if delivery.remote_id else DeliveryStatus.PENDING
    if status not in (*LEAVING_OR_LIVE, DeliveryStatus.CANCELLED):
        post_changes.reset_delivery(session, delivery, status)


def check_removable(context: AppContext, found: PostWithSettings, now: datetime) -> None:
    """Conflict where the post cannot be removed any more, or not at the moment."""
    locked = found.locked
    if locked.status in TOO_LATE:
        raise Conflict(f"the post is {locked.status}; what went out cannot be called back")
    if all(each.status in LEAVING_OR_LIVE for each in locked.deliveries):
        raise Conflict("the post is going out right now")
    check_not_leaving(context, found, now)


def check_not_leaving(context: AppContext, found: PostWithSettings, now: datetime) -> None:
    """Conflict when a call that can publish the post is running, or the provider will publish it
    within `cancel_cutoff`."""
    post, locked = found.post, found.locked
    # No worker calls for an ended post; its open intent only makes a retry reconcile first.
    if locked.status not in ENDED and locked.has_publishing_intent:
        raise Conflict("the post is being handed over right now; try again in a few seconds")
    due = post.late_at or post.scheduled_for
    is_timed = locked.has_delivery_in(DeliveryStatus.SCHEDULED)
    if is_timed and due is not None and due - context.cancel_cutoff <= now:
        seconds = context.cancel_cutoff.total_seconds()
        raise Conflict(f"the post goes out within {seconds:g} s: it cannot be stopped safely")
