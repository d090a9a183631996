"""Seats: which are taken, taking and freeing them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Table, delete, insert, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_model

from models.organizations import SocialSettings
from models.posts import Post
from models.slots import Seat
from models.statuses import PostStatus
from models.store.posts import POST

SEAT: Table = Seat.__table__  # type: ignore[attr-defined]
SlotKey = tuple[int, datetime]


def lock_organization(session: Session, organization_id: str) -> SocialSettings:
    """The settings row, locked: the first statement of every transaction that seats posts."""
    query = select_model(SocialSettings).where(SocialSettings.organization_id == organization_id)
    return session.exec(query.with_for_update()).one()


def taken(session: Session, organization_id: str, after: datetime) -> dict[SlotKey, set[int]]:
    """The seat numbers taken in slots after an instant, by (queue slot id, local time)."""
    query = select(SEAT.c.queue_slot_id, SEAT.c.local_at, SEAT.c.number).where(
        SEAT.c.organization_id == organization_id, SEAT.c.slot_at > after
    )
    found: dict[SlotKey, set[int]] = defaultdict(set)
    for queue_slot_id, local_at, number in session.connection().execute(query):
        found[queue_slot_id, local_at].add(number)
    return found


def take(session: Session, rows: Sequence[Seat]) -> None:
    """Insert seats; IntegrityError when one is taken, which the caller's lock rules out."""
    if rows:
        values = [row.model_dump(exclude={"id"}) for row in rows]
        session.connection().execute(insert(SEAT), values)


def free(session: Session, post_id: str) -> None:
    """Give a post's seat back; nothing remote may publish the post any more."""
    session.connection().execute(delete(SEAT).where(SEAT.c.post_id == post_id))


def backlog(session: Session, organization_id: str, limit: int | None = None) -> list[str]:
    """The ids of the posts that wait for a seat, oldest first."""
    query = (
        select_model(Post.id)
        .where(Post.organization_id == organization_id, Post.status == PostStatus.BACKLOG)
        .order_by(col(Post.accepted_at), col(Post.id))
        .limit(limit)
    )
    return list(session.exec(query))


def set_slot(session: Session, post_id: str, seat: Seat, zone: str, opens_at: datetime) -> None:
    """Write a post's slot beside its seat: the instant, and the wall clock that was meant."""
    session.connection().execute(
        update(POST)
        .where(POST.c.id == post_id)
        .values(
            scheduled_for=seat.slot_at, local_at=seat.local_at, timezone=zone, opens_at=opens_at
        )
    )


def settings(session: Session, organization_id: str) -> SocialSettings:
    """The settings row, without a lock."""
    query = select_model(SocialSettings).where(SocialSettings.organization_id == organization_id)
    return session.exec(query).one()
