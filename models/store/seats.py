"""Seats: which are taken, who waits for one, taking and freeing them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, bindparam, delete, exists, func, insert, select, update
from sqlmodel import Session
from sqlmodel import select as select_model

from models.organizations import SocialSettings
from models.slots import Seat
from models.statuses import PostStatus
from models.store import history, jobs
from models.store.posts import DELIVERY, IN_MOTION, POST
from models.task_names import JobKind

SEAT: Table = Seat.__table__  # type: ignore[attr-defined]
SlotKey = tuple[int, datetime]
# A short in one of these counts against the limits of its week and its video.
COUNTED = (
    PostStatus.SCHEDULED,
    PostStatus.PUBLISHING,
    PostStatus.PUBLISHED,
    PostStatus.PARTIAL,
    PostStatus.UNKNOWN,
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post of the backlog."""

    id: str
    post_type: str
    video_key: str | None


@dataclass(frozen=True, slots=True)
class Placement:
    """A post's new seat, with the zone of its wall clock and the instant at which it opens."""

    post_id: str
    queue_slot_id: int
    local_at: datetime
    slot_at: datetime
    number: int
    zone: str
    opens_at: datetime


def lock_organization(session: Session, organization_id: str) -> SocialSettings:
    """The settings row, locked: the first statement of every transaction that seats posts."""
    query = select_model(SocialSettings).where(SocialSettings.organization_id == organization_id)
    return session.exec(query.with_for_update()).one()


def settings(session: Session, organization_id: str) -> SocialSettings:
    """The settings row, without a lock."""
    query = select_model(SocialSettings).where(SocialSettings.organization_id == organization_id)
    return session.exec(query).one()


def taken(session: Session, organization_id: str, after: datetime) -> dict[SlotKey, set[int]]:
    """The seat numbers taken in slots after an instant, by (queue slot id, local time)."""
    query = select(SEAT.c.queue_slot_id, SEAT.c.local_at, SEAT.c.number).where(
        SEAT.c.organization_id == organization_id, SEAT.c.slot_at > after
    )
    found: dict[SlotKey, set[int]] = defaultdict(set)
    for queue_slot_id, local_at, number in session.connection().execute(query):
        found[queue_slot_id, local_at].add(number)
    return found


def backlog(session: Session, organization_id: str) -> list[Waiting]:
    """The posts that wait for a seat, oldest first."""
    query = (
        select(POST.c.id, POST.c.post_type, POST.c.video_key)
        .where(POST.c.organization_id == organization_id, POST.c.status == PostStatus.BACKLOG)
        .order_by(POST.c.accepted_at, POST.c.id)
    )
    return [Waiting(*row) for row in session.connection().execute(query)]


def queued(session: Session, organization_id: str) -> list[str]:
    """The queue's posts that have not gone out everywhere, by id."""
    query = (
        select(POST.c.id)
        .where(
            POST.c.organization_id == organization_id,
            POST.c.publish_mode == "next_slot",
            POST.c.status.in_((PostStatus.SCHEDULED, PostStatus.PUBLISHING)),
        )
        .order_by(POST.c.id)
    )
    return list(session.connection().execute(query).scalars())


def shorts_since(session: Session, organization_id: str, since: datetime) -> list[datetime]:
    """The instants of the organization's shorts from `since` on."""
    query = select(POST.c.scheduled_for).where(
        POST.c.organization_id == organization_id,
        POST.c.post_type == "video",
        POST.c.status.in_(COUNTED),
        POST.c.scheduled_for >= since,
    )
    return list(session.connection().execute(query).scalars())


def shorts_of_videos(
    session: Session, organization_id: str, video_keys: Sequence[str]
) -> dict[str, int]:
    """How many shorts are out or seated of each of these videos."""
    query = (
        select(POST.c.video_key, func.count())
        .where(
            POST.c.organization_id == organization_id,
            POST.c.video_key.in_(video_keys),
            POST.c.status.in_(COUNTED),
        )
        .group_by(POST.c.video_key)
    )
    return {row[0]: row[1] for row in session.connection().execute(query)}


def sit_down(
    session: Session, organization_id: str, placements: Sequence[Placement], now: datetime
) -> None:
    """Seat posts of the backlog, and wake their jobs.

    IntegrityError when a seat is taken, which the caller's lock rules out.
    """
    if not placements:
        return
    jobs.wake(session, JobKind.POST, [each.post_id for each in placements], now)
    insert_seats(session, organization_id, placements)
    session.connection().execute(_SCHEDULE, [_slot(each) for each in placements])
    history.record(
        session,
        *(
            history.Event(each.post_id, each.post_id, "seat", PostStatus.SCHEDULED, now)
            for each in placements
        ),
    )


def insert_seats(session: Session, organization_id: str, placements: Sequence[Placement]) -> None:
    """Take seats for posts that have none."""
    if placements:
        rows = [_seat(organization_id, each) for each in placements]
        session.connection().execute(insert(SEAT), rows)


_SCHEDULE = (
    update(POST)
    .where(POST.c.id == bindparam("post"), POST.c.status == PostStatus.BACKLOG)
    .values(
        status=PostStatus.SCHEDULED,
        reason=None,
        scheduled_for=bindparam("slot_at"),
        local_at=bindparam("local"),
        timezone=bindparam("zone"),
        opens_at=bindparam("opens"),
        late_at=None,
        content_version=POST.c.content_version + 1,
    )
)


def _seat(organization_id: str, placement: Placement) -> dict[str, object]:
    return {
        "organization_id": organization_id,
        "queue_slot_id": placement.queue_slot_id,
        "local_at": placement.local_at,
        "slot_at": placement.slot_at,
        "number": placement.number,
        "post_id": placement.post_id,
    }


def _slot(placement: Placement) -> dict[str, object]:
    return {
        "post": placement.post_id,
        "slot_at": placement.slot_at,
        "local": placement.local_at,
        "zone": placement.zone,
        "opens": placement.opens_at,
    }


def say_why(session: Session, reasons: dict[str, str]) -> None:
    """Write beside posts of the backlog why they wait."""
    if reasons:
        statement = (
            update(POST).where(POST.c.id == bindparam("post")).values(reason=bindparam("why"))
        )
        rows = [{"post": post_id, "why": reason} for post_id, reason in reasons.items()]
        session.connection().execute(statement, rows)


def leave_queue(session: Session, post_id: str) -> bool:
    """Give back the seat of a post that is no longer the queue's, once nothing remote can publish
    it any more; returns whether it had one to give."""
    left = exists().where(POST.c.id == post_id, POST.c.publish_mode != "next_slot")
    moves = exists().where(DELIVERY.c.post_id == post_id, IN_MOTION)
    gone = delete(SEAT).where(SEAT.c.post_id == post_id, left, ~moves)
    return session.connection().execute(gone).rowcount > 0


def free(session: Session, *post_ids: str) -> None:
    """Give posts' seats back; nothing remote may publish the posts any more."""
    session.connection().execute(delete(SEAT).where(SEAT.c.post_id.in_(post_ids)))
