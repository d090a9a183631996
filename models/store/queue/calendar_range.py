"""What the calendar shows beside posts: seats and opened slots of a stretch of time, the length of
the backlog, and the token of the calendar feed."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_model

from models.organizations import Organization, SocialSettings
from models.statuses import PostStatus
from models.store.posts.history import ATTEMPT
from models.store.posts.post_queries import IDS_PER_QUERY
from models.store.posts.posts import POST, SETTINGS
from models.store.queue.queue_slots import FIRING, QUEUE_SLOT
from models.store.queue.seats import SEAT

# No zone's clock is, or was, further from UTC.
MAX_UTC_OFFSET = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot of a rule, by the rule's wall clock and by its instant; and whose seat it is."""

    queue_slot_id: int
    local_at: datetime
    slot_at: datetime
    post_id: str | None = None


def list_seats(
    session: Session, organization_id: str, start: datetime, end: datetime
) -> list[SlotRow]:
    """The seats that are taken from `start` to just before `end`, in the order of their numbers."""
    names = ("queue_slot_id", "local_at", "slot_at", "post_id")
    query = select(*(SEAT.c[name] for name in names)).where(
        SEAT.c.organization_id == organization_id, SEAT.c.slot_at >= start, SEAT.c.slot_at < end
    )
    rows = session.connection().execute(query.order_by(SEAT.c.slot_at, SEAT.c.number))
    return [SlotRow(*row) for row in rows]


def is_firing_between(organization_id: str, start: datetime, end: datetime) -> ColumnElement[bool]:
    """That a firing, joined with its rule, is of a slot from `start` to just before `end`."""
    reading = FIRING.c.local_at  # what the index knows
    return and_(
        QUEUE_SLOT.c.organization_id == organization_id,
        reading >= start.replace(tzinfo=None) - MAX_UTC_OFFSET,
        reading < end.replace(tzinfo=None) + MAX_UTC_OFFSET,
        FIRING.c.slot_at >= start,
        FIRING.c.slot_at < end,
    )


def list_firings(
    session: Session, organization_id: str, start: datetime, end: datetime, limit: int
) -> list[SlotRow]:
    """At most so many of the slots that were opened from `start` to just before `end`."""
    query = (
        select(FIRING.c.queue_slot_id, FIRING.c.local_at, FIRING.c.slot_at)
        .join(QUEUE_SLOT, QUEUE_SLOT.c.id == FIRING.c.queue_slot_id)
        .where(is_firing_between(organization_id, start, end))
        .limit(limit)
    )
    return [SlotRow(*row) for row in session.connection().execute(query)]


def count_backlog(session: Session, organization_id: str) -> int:
    """How many posts wait for a seat."""
    query = select(func.count()).where(
        POST.c.organization_id == organization_id, POST.c.status == PostStatus.BACKLOG
    )
    return int(session.connection().execute(query).scalar_one())


def last_changes(session: Session, post_ids: list[str]) -> dict[str, datetime]:
    """When each post changed last, by its history."""
    return dict(_latest_attempts(session, post_ids))


def _latest_attempts(session: Session, post_ids: list[str]) -> Iterator[tuple[str, datetime]]:
    latest = func.max(ATTEMPT.c.at, type_=ATTEMPT.c.at.type)
    for start in range(0, len(post_ids), IDS_PER_QUERY):
        chunk = post_ids[start : start + IDS_PER_QUERY]
        query = select(ATTEMPT.c.post_id, latest).where(ATTEMPT.c.post_id.in_(chunk))
        for row in session.connection().execute(query.group_by(ATTEMPT.c.post_id)):
            yield row[0], row[1]


def set_feed_token(session: Session, organization_id: str, token: str | None) -> None:
    """Let this token open the organization's feed, and no other; None: none does."""
    digest = _hash_token(token) if token is not None else None
    session.connection().execute(
        update(SETTINGS)
        .where(SETTINGS.c.organization_id == organization_id)
        .values(feed_token_hash=digest)
    )


def find_by_feed_token(session: Session, token: str) -> Organization | None:
    """The organization whose feed a token opens. Found by the token's hash, so that how long it
    takes says nothing about the token."""
    query = (
        select_model(Organization)
        .join(SocialSettings, col(SocialSettings.organization_id) == Organization.id)
        .where(SocialSettings.feed_token_hash == _hash_token(token))
    )
    return session.exec(query).first()


def _hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
