"""Moving seated posts to other slots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlmodel import Session

from models.statuses import PostStatus
from models.store import history, jobs, seats
from models.store.posts import DELIVERY, IN_MOTION, POST
from models.store.seats import SEAT, Placement
from models.task_names import JobKind


@dataclass(frozen=True, slots=True)
class Seated:
    """A post with its seat."""

    post_id: str
    queue_slot_id: int
    local_at: datetime
    slot_at: datetime


def movable(session: Session, organization_id: str, now: datetime) -> list[Seated]:
    """The posts seated in slots to come that no provider's timer has, in the order of their slots.

    Their jobs are woken first, which waits for whoever is carrying one of them: what this returns
    cannot be sent before the caller's transaction ends.
    """
    upcoming = select(SEAT.c.post_id).where(
        SEAT.c.organization_id == organization_id, SEAT.c.slot_at > now
    )
    ids = list(session.connection().execute(upcoming).scalars())
    jobs.wake(session, JobKind.POST, sorted(ids), now)
    sent = exists().where(DELIVERY.c.post_id == SEAT.c.post_id, IN_MOTION)
    query = (
        select(*(SEAT.c[name] for name in Seated.__slots__))
        .join(POST, POST.c.id == SEAT.c.post_id)
        .where(
            SEAT.c.organization_id == organization_id,
            SEAT.c.slot_at > now,
            SEAT.c.local_at == POST.c.local_at,  # not one that it has left
            POST.c.status == PostStatus.SCHEDULED,
            ~sent,
        )
        .order_by(SEAT.c.slot_at, SEAT.c.number, SEAT.c.id)
    )
    return [Seated(*row) for row in session.connection().execute(query)]


def shift(session: Session, post_id: str, at: datetime, opens: datetime, now: datetime) -> None:
    """Same seat, same wall clock, another instant."""
    reading = select(POST.c.local_at).where(POST.c.id == post_id).scalar_subquery()
    own = (SEAT.c.post_id == post_id, SEAT.c.local_at == reading)
    session.connection().execute(update(SEAT).where(*own).values(slot_at=at))
    values = {"scheduled_for": at, "opens_at": opens}
    _change(session, post_id, now, **values)


def leave(session: Session, post_ids: Sequence[str]) -> None:
    """Free the seats of posts that are about to move."""
    for start in range(0, len(post_ids), jobs.CHUNK):
        seats.free(session, *post_ids[start : start + jobs.CHUNK])


def move(
    session: Session, organization_id: str, placements: Sequence[Placement], now: datetime
) -> None:
    """Seat posts elsewhere."""
    seats.insert_seats(session, organization_id, placements)
    for each in placements:
        values = {"scheduled_for": each.slot_at, "local_at": each.local_at}
        _change(session, each.post_id, now, **values, timezone=each.zone, opens_at=each.opens_at)


def wait(session: Session, post_ids: Sequence[str], now: datetime) -> None:
    """Back to the backlog: no seat is free."""
    nothing: dict[str, object] = {"scheduled_for": None, "local_at": None, "opens_at": None}
    nothing["is_turned_away"] = False
    for post_id in post_ids:
        _change(session, post_id, now, **nothing, status=PostStatus.BACKLOG)


def _change(session: Session, post_id: str, now: datetime, **values: object) -> None:
    version = POST.c.content_version + 1
    session.connection().execute(
        update(POST).where(POST.c.id == post_id).values(content_version=version, **values)
    )
    outcome = str(values.get("status", PostStatus.SCHEDULED))
    history.record(session, history.Event(post_id, post_id, "replan", outcome, now))
