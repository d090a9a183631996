"""A slot of the queue that the caller chose: read, given to a new post, or refused in words."""

from datetime import datetime

from sqlmodel import Session

from models.organizations import SocialSettings
from models.posts import Post
from models.store.queue.backlog import BacklogPost
from models.store.queue.seats import Placement
from scheduler.seating.chosen_slot import find_seat_in_slot
from scheduler.seating.free_seats import next_free_slots
from scheduler.seating.move_post import NoSuchSlot, SeatUnavailable
from scheduler.seating.seat_backlog import placement_of
from services import presenters
from services.context import AppContext
from services.errors import Conflict, ServiceError, invalid_field
from services.posts.schedule_time import parse_schedule_time

# How many free slots an error suggests.
SUGGESTED_SLOTS = 3


def parse_slot(text: str, settings: SocialSettings, now: datetime) -> datetime:
    """The instant of a slot in a request; ValidationFailed for a text that is none in the future.
    Whether the rules have such a slot is not looked up."""
    at, _ = parse_schedule_time(text, settings.default_timezone, settings, "slot")
    if at <= now:
        raise invalid_field("slot", f"must lie in the future, not at {text}")
    return at


def resolve_slot(
    text: str | None, mode: str, settings: SocialSettings, now: datetime
) -> datetime | None:
    """The slot that a publish request names; None where it names none."""
    if text is None:
        return None
    if mode != "next_slot":
        raise invalid_field(
            "slot", f'goes with publishMode "next_slot", not with "{mode}"; leave one of them out'
        )
    return parse_slot(text, settings, now)


def no_such_slot(
    session: Session, context: AppContext, settings: SocialSettings, slot: str, now: datetime
) -> ServiceError:
    """The refusal of a slot that the rules do not have."""
    free = _list_free(session, context, settings, now, SUGGESTED_SLOTS)
    return invalid_field("slot", f"{slot} is no slot of the queue; the next free ones: {free}")


def place_in_slot(
    session: Session,
    context: AppContext,
    settings: SocialSettings,
    post: Post,
    at: datetime,
    now: datetime,
) -> Placement:
    """A place for a new post in the slot at this instant. `settings` must be the locked row.

    ValidationFailed where the rules have no such slot, Conflict where the post cannot have a place
    in it; both name the next free ones.
    """
    newcomer = BacklogPost(post.id, post.post_type, post.video_key)
    try:
        seat = find_seat_in_slot(session, settings, newcomer, at)
    except NoSuchSlot:
        slot = presenters.format_instant(at) or ""
        raise no_such_slot(session, context, settings, slot, now) from None
    except SeatUnavailable as error:
        free = _list_free(session, context, settings, now, 1)
        sentence = f"the post cannot go into that slot: {error}; the next free one: {free}"
        raise Conflict(sentence) from None
    return placement_of(post.id, seat, context.scheduling.lead_time)


def _list_free(
    session: Session, context: AppContext, settings: SocialSettings, now: datetime, count: int
) -> str:
    free = next_free_slots(session, settings, now, context.scheduling, count)
    return ", ".join(presenters.format_instant(at) or "" for at in free) or "none"
