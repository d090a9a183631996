"""Moving a post by days: the wall clock of its zone shows the same time there."""

from datetime import datetime, timedelta

from sqlmodel import Session

from models.statuses import PostStatus
from models.store.posts import post_changes
from models.tables import POST
from scheduler.recurrence.timezones import load_zone
from services.context import AppContext
from services.errors import Conflict, ValidationFailed
from services.inputs.post_bodies import EditBody, MoveBody
from services.posts.edit import check_editable, edit
from services.posts.lookup import PostWithSettings
from services.posts.move import check_can_move, move
from services.posts.schedule_time import parse_schedule_time


def move_by_days(
    session: Session, context: AppContext, found: PostWithSettings, days: int, now: datetime
) -> None:
    """Move it by so many days. A queued post takes a place in the slot of that time. Conflict where
    it has no date, the time has passed or does not exist, or there is no free place."""
    post = found.post
    if post.scheduled_for is None:
        raise Conflict("the post has no date yet, so that it cannot be moved by days")
    at, local_at = _shifted(found, post.scheduled_for, days)
    if at <= now:
        raise Conflict(f"{local_at:%Y-%m-%d %H:%M} lies in the past")
    if post.publish_mode == "next_slot":
        _move_in_queue(session, context, found, at, now)
    elif found.locked.status is PostStatus.DRAFT:
        check_editable(context, found, now)
        values = {"scheduled_for": at, "local_at": local_at}
        version = POST.c.content_version + 1
        note = f"to {local_at:%Y-%m-%d %H:%M} {post.timezone}"
        post_changes.update_post(
            session,
            found.locked,
            PostStatus.DRAFT,
            now,
            step="move",
            note=note,
            content_version=version,
            **values,
        )
    else:
        body = EditBody(mode="schedule", scheduledAt=at.isoformat())
        edit(session, context, found, body, now)


def _shifted(found: PostWithSettings, at: datetime, days: int) -> tuple[datetime, datetime]:
    """The instant and the wall-clock time, so many days later."""
    post = found.post
    local = post.local_at or at.astimezone(load_zone(post.timezone)).replace(tzinfo=None)
    try:
        text = (local + timedelta(days=days)).isoformat()
        return parse_schedule_time(text, post.timezone, found.settings)
    except OverflowError:
        raise Conflict("the calendar ends before that date") from None
    except ValidationFailed as error:
        raise Conflict(error.details[0]["message"]) from None


def _move_in_queue(
    session: Session, context: AppContext, found: PostWithSettings, at: datetime, now: datetime
) -> None:
    check_can_move(context, found, now)
    try:
        move(session, context, found, MoveBody(slot=at.isoformat()), now)
    except ValidationFailed as error:
        raise Conflict(error.details[0]["message"]) from None
