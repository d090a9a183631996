"""Move seated posts to other slots, or back to the backlog."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlmodel import Session

from models.statuses import PostStatus
from models.store.jobs import job_queue
from models.store.posts import history
from models.store.posts.posts import POSSIBLY_PUBLISHED
from models.store.queue import seats
from models.store.queue.seats import Placement
from models.store.sql.bulk import chunks
from models.tables import DELIVERY, POST, SEAT
from models.task_names import JobKind


@dataclass(frozen=True, slots=True)
class SeatedPost:
    """A post with its seat."""

    post_id: str
    queue_slot_id: int
    local_at: datetime
    slot_at: datetime


def lock_movable(session: Session, organization_id: str, now: datetime) -> list[SeatedPost]:
    """The posts on seats of future slots that no provider may publish yet, by slot.

    Wakes their jobs first, which waits for worker transactions on them: no worker can send a
    returned post before the caller's transaction ends.
    """
    upcoming = select(SEAT.c.post_id).where(
        SEAT.c.organization_id == organization_id, SEAT.c.slot_at > now
    )
    ids = list(session.connection().execute(upcoming).scalars())
    job_queue.wake(session, JobKind.POST, sorted(ids), now)
    possibly_published = exists().where(DELIVERY.c.post_id == SEAT.c.post_id, POSSIBLY_PUBLISHED)
    query = (
        select(*(SEAT.c[name] for name in SeatedPost.__slots__))
        .join(POST, POST.c.id == SEAT.c.post_id)
        .where(
            SEAT.c.organization_id == organization_id,
            SEAT.c.slot_at > now,
            SEAT.c.local_at == POST.c.local_at,  # not the old seat of a moved post
            SEAT.c.number >= 0,
            POST.c.status == PostStatus.SCHEDULED,
            ~possibly_published,
        )
        .order_by(SEAT.c.slot_at, SEAT.c.number, SEAT.c.id)
    )
    return [SeatedPost(*row) for row in session.connection().execute(query)]


def shift_instant(
    session: Session, post_id: str, at: datetime, opens: datetime, now: datetime
) -> None:
    """Give a post and its seat another instant; seat and local time stay."""
    local_at = select(POST.c.local_at).where(POST.c.id == post_id).scalar_subquery()
    own = (SEAT.c.post_id == post_id, SEAT.c.local_at == local_at)
    session.connection().execute(update(SEAT).where(*own).values(slot_at=at))
    values = {"scheduled_for": at, "opens_at": opens}
    _update_post(session, post_id, now, **values)


def release_for_move(session: Session, post_ids: Sequence[str]) -> None:
    """Release the seats of posts that will move."""
    for chunk in chunks(post_ids):
        seats.release_seats(session, *chunk)


def reseat(
    session: Session, organization_id: str, placements: Sequence[Placement], now: datetime
) -> None:
    """Seat posts in other slots."""
    seats.insert_seats(session, organization_id, placements)
    for each in placements:
        values = {"scheduled_for": each.slot_at, "local_at": each.local_at}
        _update_post(
            session, each.post_id, now, **values, timezone=each.zone, opens_at=each.opens_at
        )


def return_to_backlog(session: Session, post_ids: Sequence[str], now: datetime) -> None:
    """Move posts back to the backlog, because no seat is free."""
    cleared: dict[str, object] = {"scheduled_for": None, "local_at": None, "opens_at": None}
    cleared["is_turned_away"] = False
    for post_id in post_ids:
        _update_post(session, post_id, now, **cleared, status=PostStatus.BACKLOG)


def _update_post(session: Session, post_id: str, now: datetime, **values: object) -> None:
    version = POST.c.content_version + 1
    session.connection().execute(
        update(POST).where(POST.c.id == post_id).values(content_version=version, **values)
    )
    outcome = str(values.get("status", PostStatus.SCHEDULED))
    history.record(session, history.HistoryEntry(post_id, post_id, "replan", outcome, now))
