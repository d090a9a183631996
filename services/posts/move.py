"""Moving a post to another slot of the queue, before it is published."""

from datetime import datetime

from sqlmodel import Session

from models.statuses import PostStatus
from models.store.posts import post_changes
from models.store.posts.cancellation import LEAVING_OR_LIVE
from scheduler.seating.move_post import NoSuchSlot, SeatUnavailable, move_to_slot
from services.context import AppContext
from services.errors import Conflict
from services.inputs.post_bodies import MoveBody
from services.posts.chosen_slot import no_such_slot, parse_slot
from services.posts.edit import ENDED
from services.posts.lookup import PostWithSettings
from services.posts.post_warnings import check_limits_are_sent
from services.posts.remove import check_not_leaving

MOVABLE = (
    PostStatus.DRAFT,
    PostStatus.BACKLOG,
    PostStatus.SCHEDULED,
    PostStatus.FAILED,
    PostStatus.MISSED,
)


def move(
    session: Session, context: AppContext, found: PostWithSettings, body: MoveBody, now: datetime
) -> None:
    """Seat the post in the requested slot; from then on it is a queued post. Conflict when it is
    too late or the slot is full, ValidationFailed when the rules have no such slot."""
    locked, post = found.locked, found.post
    at = parse_slot(body.slot, found.settings, now)
    check_can_move(context, found, now)
    check_limits_are_sent(session, post)
    if locked.status in ENDED:
        post_changes.retry_deliveries(session, locked, now)
        post_changes.reset_failed_uploads(session, post.id)
    settings = found.settings
    try:
        move_to_slot(session, settings, locked, at, now, context.scheduling)
    except NoSuchSlot:
        raise no_such_slot(session, context, settings, body.slot, now) from None
    except SeatUnavailable as error:
        raise Conflict(f"the post cannot be moved there: {error}") from None


def check_can_move(context: AppContext, found: PostWithSettings, now: datetime) -> None:
    """Conflict where the post cannot be moved to any slot, or not at the moment."""
    check_can_leave(context, found, now)
    check_playlist(found)


def check_can_leave(context: AppContext, found: PostWithSettings, now: datetime) -> None:
    """Conflict where the post cannot leave its place, or not at the moment."""
    locked = found.locked
    if locked.status not in MOVABLE:
        raise Conflict(f"a post that is {locked.status} cannot be moved")
    if locked.has_delivery_in(*LEAVING_OR_LIVE):
        raise Conflict("the post is going out right now")
    check_not_leaving(context, found, now)


def check_playlist(found: PostWithSettings) -> None:
    """Conflict for a video that publish would refuse for the queue (processOnlyPlaylistId)."""
    wanted, post = found.settings.process_only_playlist_id, found.post
    joins = post.publish_mode != "next_slot" and post.post_type == "video"
    if joins and wanted is not None and post.source_playlist_id != wanted:
        raise Conflict(
            f"the queue takes videos of the playlist {wanted!r} only (processOnlyPlaylistId)"
        )
