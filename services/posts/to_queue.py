"""Moving a post to the queue: it takes the next free slot, or waits for one."""

from datetime import datetime

from sqlmodel import Session

from models.statuses import PostStatus
from models.store.posts import post_changes
from models.store.posts.posts import BACKLOG_VALUES
from models.store.queue import seats
from models.store.tenants import social_settings
from models.tables import POST
from scheduler.seating.free_seats import next_free_slots
from scheduler.seating.move_post import SeatUnavailable, move_to_slot
from scheduler.seating.seat_backlog import seat_backlog
from services.context import AppContext
from services.errors import Conflict
from services.posts.edit import ENDED
from services.posts.lookup import PostWithSettings
from services.posts.move import check_can_move
from services.posts.post_warnings import check_limits_are_sent

NONE_FREE = "no slot is free, and the provider would publish it at its time meanwhile"


def move_to_queue(
    session: Session, context: AppContext, found: PostWithSettings, now: datetime
) -> None:
    """Make it a queued post; one that is in the queue stays where it is. Conflict when it is too
    late."""
    locked, post = found.locked, found.post
    is_waiting = locked.status in (PostStatus.BACKLOG, PostStatus.SCHEDULED)
    if is_waiting and post.publish_mode == "next_slot":
        return
    check_can_move(context, found, now)
    check_limits_are_sent(session, post)
    if locked.may_be_published_later:
        _take_next_slot(session, context, found, now)
        return
    if locked.status in ENDED:
        social_settings.forget_open_posts(session, found.settings)
        post_changes.retry_deliveries(session, locked, now)
        post_changes.reset_failed_uploads(session, post.id)
    values = {**BACKLOG_VALUES, "reason": None, "content_version": POST.c.content_version + 1}
    post_changes.update_post(session, locked, PostStatus.BACKLOG, now, step="queue", **values)
    seats.release_left_seats(session, post.id)
    settings = social_settings.lock_organization(session, found.settings.organization_id)
    seat_backlog(session, settings, now, context.scheduling)


def _take_next_slot(
    session: Session, context: AppContext, found: PostWithSettings, now: datetime
) -> None:
    """A post that the provider will publish at its time must not wait without one."""
    settings, scheduling = found.settings, context.scheduling
    for at in next_free_slots(session, settings, now, scheduling, 1):
        try:
            move_to_slot(session, settings, found.locked, at, now, scheduling)
        except SeatUnavailable as error:
            raise Conflict(f"the post cannot be moved to the queue: {error}") from None
        return
    raise Conflict(NONE_FREE)
