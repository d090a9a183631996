"""Released seats and quota, which the next seat search must take into account.

A seat search starts where earlier ones found everything taken. A transaction that frees a seat, or
removes a short from the counts, inserts a row here, without the lock of the settings. The next
search then also tries what was released.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select
from sqlmodel import Session

from models.statuses import PostStatus
from models.store.sql import write_buffer
from models.tables import POST, RELEASED_SEAT

# A short with one of these statuses counts against the limits of its week and its video.
SHORTS_QUOTA_STATUSES = (
    PostStatus.SCHEDULED,
    PostStatus.PUBLISHING,
    PostStatus.PUBLISHED,
    PostStatus.PARTIAL,
    PostStatus.UNKNOWN,
)


def record_seats(session: Session, freed: Sequence[tuple[str, datetime]]) -> None:
    """Record released seats: (organization id, instant of the slot) of each."""
    if freed:
        rows = [{"organization_id": owner, "slot_at": at} for owner, at in freed]
        session.connection().execute(insert(RELEASED_SEAT), rows)


def record_status_change(session: Session, post_id: str, old: PostStatus, new: PostStatus) -> None:
    """Record released quota if the post is a short that this change removes from the counts."""
    if old in SHORTS_QUOTA_STATUSES and new not in SHORTS_QUOTA_STATUSES:
        record_move(session, post_id)


def record_move(session: Session, post_id: str) -> None:
    """Record released quota if the post is a short: it no longer counts in its old week."""
    write_buffer.execute(session, _INSERT_QUOTA, {"short": post_id})


_INSERT_QUOTA = insert(RELEASED_SEAT).from_select(
    ["organization_id"],
    select(POST.c.organization_id).where(
        POST.c.id == bindparam("short"), POST.c.post_type == "video"
    ),
)


def list_pending(session: Session, organization_id: str) -> list[datetime | None]:
    """The instants of the seats released since the last seat search; None for quota."""
    query = select(RELEASED_SEAT.c.slot_at).where(
        RELEASED_SEAT.c.organization_id == organization_id
    )
    return list(session.connection().execute(query).scalars())


def consume(session: Session, organization_id: str) -> list[datetime | None]:
    """Return and delete them; the caller has locked the settings."""
    rows = session.connection().execute(_CONSUME, {"owner": organization_id})
    return list(rows.scalars())


_CONSUME = (
    delete(RELEASED_SEAT)
    .where(RELEASED_SEAT.c.organization_id == bindparam("owner"))
    .returning(RELEASED_SEAT.c.slot_at)
)
