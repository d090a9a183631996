"""Retrying a post that failed, or whose outcome is unknown, on a person's request."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.statuses import Desired, PostStatus
from models.store.posts import post_changes
from models.store.posts.posts import BACKLOG_VALUES
from models.store.tenants import social_settings
from scheduler.seating.release_missed import release_missed_post
from scheduler.seating.seat_backlog import seat_backlog
from services.context import AppContext
from services.errors import Conflict
from services.posts.lookup import PostWithSettings

RETRYABLE = (PostStatus.FAILED, PostStatus.PARTIAL, PostStatus.UNKNOWN)


def retry(session: Session, context: AppContext, found: PostWithSettings, now: datetime) -> None:
    """Give the deliveries that failed new attempts; Conflict where nothing can be retried.

    A post whose time lies ahead waits for it, and a queued post takes the next free slot. Any
    other post is published now.
    """
    locked, post = found.locked, found.post
    social_settings.forget_open_posts(session, found.settings)
    if locked.status is PostStatus.MISSED:
        release_missed_post(session, found.settings, post.id, context.scheduling, next_slot=False)
        return
    if locked.status not in RETRYABLE:
        raise Conflict(f"a post that is {locked.status} has nothing to retry")
    post_changes.retry_deliveries(session, locked, now)
    post_changes.reset_failed_uploads(session, post.id)
    status, values = _status_after_retry(found, now)
    post_changes.update_post(session, locked, status, now, step="retry", reason=None, **values)
    if status is PostStatus.BACKLOG:
        seat_backlog(session, found.settings, now, context.scheduling)


def _status_after_retry(
    found: PostWithSettings, now: datetime
) -> tuple[PostStatus, dict[str, Any]]:
    """The status after the retry, and the columns for its time."""
    post, status = found.post, found.locked.status
    if status is PostStatus.PARTIAL:  # the rest follows now, even if it was to be a draft again
        is_draft = post.desired == Desired.DRAFT
        return PostStatus.PUBLISHING, {
            "late_at": now,
            "grace_from": now,
            "desired": Desired.SCHEDULED if is_draft else post.desired,
        }
    if post.desired == Desired.DRAFT:
        # An unknown post may still go out: it is a draft once the provider has shown it as one.
        return PostStatus.SCHEDULED if status is PostStatus.UNKNOWN else PostStatus.DRAFT, {}
    is_ahead = post.scheduled_for is not None and post.scheduled_for > now
    if not is_ahead:
        return PostStatus.PUBLISHING, {"late_at": now, "grace_from": now}
    if status is PostStatus.FAILED and post.publish_mode == "next_slot":  # its seat was given away
        return PostStatus.BACKLOG, dict(BACKLOG_VALUES)
    return PostStatus.SCHEDULED, {}
