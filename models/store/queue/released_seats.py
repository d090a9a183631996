"""Vacancies: what the queue may use again, noted by whoever gives it up.

A search for seats goes on from where earlier ones found everything taken. Whoever frees a seat, or
takes a short out of the counts, says so here, in the same transaction and without the lock of the
settings, so that the next search looks again.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select
from sqlmodel import Session

from models.statuses import PostStatus
from models.store.sql import write_buffer
from models.tables import POST, RELEASED_SEAT

# A short in one of these counts against the limits of its week and its video.
SHORTS_QUOTA_STATUSES = (
    PostStatus.SCHEDULED,
    PostStatus.PUBLISHING,
    PostStatus.PUBLISHED,
    PostStatus.PARTIAL,
    PostStatus.UNKNOWN,
)


def record_seats(session: Session, freed: Sequence[tuple[str, datetime]]) -> None:
    """Note seats that were given back: (organization id, instant of the slot) of each."""
    if freed:
        rows = [{"organization_id": owner, "slot_at": at} for owner, at in freed]
        session.connection().execute(insert(RELEASED_SEAT), rows)


def record_status_change(session: Session, post_id: str, old: PostStatus, new: PostStatus) -> None:
    """Note that this post, where it is a short that was counted, is counted no longer."""
    if old in SHORTS_QUOTA_STATUSES and new not in SHORTS_QUOTA_STATUSES:
        record_move(session, post_id)


def record_move(session: Session, post_id: str) -> None:
    """Note that this post, where it is a short, is not counted any more where it was."""
    write_buffer.execute(session, _INSERT_QUOTA, {"short": post_id})


_INSERT_QUOTA = insert(RELEASED_SEAT).from_select(
    ["organization_id"],
    select(POST.c.organization_id).where(
        POST.c.id == bindparam("short"), POST.c.post_type == "video"
    ),
)


def list_pending(session: Session, organization_id: str) -> list[datetime | None]:
    """The instants of the vacancies since the last seating; None for one of a limit."""
    query = select(RELEASED_SEAT.c.slot_at).where(
        RELEASED_SEAT.c.organization_id == organization_id
    )
    return list(session.connection().execute(query).scalars())


def consume(session: Session, organization_id: str) -> list[datetime | None]:
    """The same, and they are noted no longer; the caller holds the lock of the settings."""
    rows = session.connection().execute(_CONSUME, {"owner": organization_id})
    return list(rows.scalars())


_CONSUME = (
    delete(RELEASED_SEAT)
    .where(RELEASED_SEAT.c.organization_id == bindparam("owner"))
    .returning(RELEASED_SEAT.c.slot_at)
)
