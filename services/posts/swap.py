"""Two scheduled posts exchange their places: slots of the queue, or instants of their own."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.posts import Post
from models.statuses import Desired, PostStatus
from models.store import clock
from models.store.posts import posts
from scheduler.seating.move_post import SeatUnavailable
from scheduler.seating.swap_posts import QUEUED, swap_posts
from services import presenters
from services.context import AppContext
from services.errors import Conflict, NotFound, invalid_field
from services.inputs.post_bodies import SwapBody
from services.posts.lookup import PostWithSettings, lock_post
from services.posts.move import check_can_leave, check_playlist
from services.posts.post_warnings import check_limits_are_sent


def swap(
    context: AppContext, organization_id: str, post_id: str, body: SwapBody
) -> dict[str, dict[str, Any]]:
    """Exchange the places of two posts in one transaction; both as they are afterwards.

    NotFound for a post that is not there; Conflict, and nothing changed, where one of them cannot
    be moved; ValidationFailed for a post and itself.
    """
    if post_id == body.other:
        raise invalid_field("with", "must be another post than the one in the address")
    with context.database.write() as session:
        _swap(session, context, organization_id, post_id, body.other)
        session.flush()
        session.expire_all()
        return {
            name: presenters.present_changed_post(_read(session, organization_id, id_))["post"]
            for name, id_ in (("post", post_id), ("other", body.other))
        }


def _swap(
    session: Session, context: AppContext, organization_id: str, post_id: str, other_id: str
) -> None:
    # The settings first, then the posts by their ids: whoever swaps the same two waits here.
    found = {id_: _lock(session, organization_id, id_) for id_ in sorted((post_id, other_id))}
    now = clock.now(session)
    first, second = found[post_id], found[other_id]
    _check(session, context, first, second.post, now)
    try:
        _check(session, context, second, first.post, now)
    except Conflict as error:
        raise Conflict(f"the other post cannot be moved: {error}") from None
    try:
        swap_posts(session, first.settings, first.locked, second.locked, now, context.scheduling)
    except SeatUnavailable as error:
        raise Conflict(f"the two posts cannot be exchanged: {error}") from None


def _lock(session: Session, organization_id: str, post_id: str) -> PostWithSettings:
    try:
        return lock_post(session, organization_id, post_id, None)
    except NotFound:
        raise NotFound(f"there is no post {post_id!r}") from None


def _read(session: Session, organization_id: str, post_id: str) -> Post:
    post = posts.get(session, organization_id, post_id)
    assert post is not None  # noqa: S101  (it is locked)
    return post


def _check(
    session: Session, context: AppContext, found: PostWithSettings, other: Post, now: datetime
) -> None:
    """Conflict where the post cannot go to the place of the other one."""
    post = found.post
    if found.locked.status is not PostStatus.SCHEDULED or post.desired != Desired.SCHEDULED:
        status = found.locked.status.replace("_", " ")
        raise Conflict(f"only scheduled posts exchange their slots, not one that is {status}")
    if post.scheduled_for is None or post.scheduled_for <= now or post.late_at is not None:
        raise Conflict("its slot is over")
    check_can_leave(context, found, now)
    if other.publish_mode == QUEUED:
        check_playlist(found)
    check_limits_are_sent(session, post)
