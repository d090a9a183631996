"""Removing a post: cancelled at once, or as soon as the provider cannot publish it any more."""

from datetime import datetime

from sqlmodel import Session

from models.statuses import DeliveryStatus, PostStatus
from models.store.posts import cancellation
from models.store.posts.cancellation import LEAVING_OR_LIVE
from models.store.tenants import social_settings
from scheduler.seating.seat_backlog import seat_backlog
from services.context import AppContext
from services.errors import Conflict
from services.posts.lookup import PostWithSettings

GONE = (PostStatus.CANCELLED, PostStatus.CANCELLING)
ENDED = (PostStatus.UNKNOWN, PostStatus.FAILED, PostStatus.MISSED, PostStatus.PARTIAL)
TOO_LATE = (PostStatus.PUBLISHED, PostStatus.PARTIAL, PostStatus.REJECTED)


def remove(session: Session, context: AppContext, found: PostWithSettings, now: datetime) -> None:
    """Start a removal, and complete it where nothing was sent yet; Conflict when it is too late."""
    locked = found.locked
    if locked.status in GONE:
        return
    check_removable(context, found, now)
    if cancellation.cancel(session, locked, now) is PostStatus.CANCELLED:
        settings = social_settings.lock_organization(session, found.settings.organization_id)
        seat_backlog(session, settings, now, context.scheduling)


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
