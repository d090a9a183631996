"""Seats: which are taken, what counts against the limits, taking and freeing them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlmodel import Session

from models.statuses import DeliveryStatus, PostStatus
from models.store.jobs import job_queue
from models.store.posts import history
from models.store.posts.posts import POSSIBLY_PUBLISHED
from models.store.queue import released_seats
from models.store.queue.released_seats import SHORTS_QUOTA_STATUSES
from models.store.sql.bulk import chunks
from models.tables import DELIVERY, POST, SEAT
from models.task_names import JobKind

SlotKey = tuple[int, datetime]
_ENDED = (DeliveryStatus.FAILED, DeliveryStatus.CANCELLED)


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


def taken_numbers(session: Session, slots: Collection[SlotKey]) -> dict[SlotKey, set[int]]:
    """The seat numbers taken in these slots, by (queue slot id, local time), and maybe in others
    between them."""
    found: dict[SlotKey, set[int]] = defaultdict(set)
    if not slots:
        return found
    # By the calendar's identity: a seat may have been taken for an instant that has moved since.
    readings = [local_at for _, local_at in slots]
    parameters = {
        "slots": list({queue_slot_id for queue_slot_id, _ in slots}),
        "first": min(readings),
        "last": max(readings),
    }
    for queue_slot_id, local_at, number in session.connection().execute(_TAKEN, parameters):
        found[queue_slot_id, local_at].add(number)
    return found


_TAKEN = select(SEAT.c.queue_slot_id, SEAT.c.local_at, SEAT.c.number).where(
    SEAT.c.queue_slot_id.in_(bindparam("slots", expanding=True)),
    SEAT.c.local_at.between(bindparam("first"), bindparam("last")),
)


def queued_post_ids(session: Session, organization_id: str) -> list[str]:
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


def list_shorts_since(session: Session, organization_id: str, since: datetime) -> list[datetime]:
    """The instants of the organization's shorts from `since` on."""
    query = select(POST.c.scheduled_for).where(
        POST.c.organization_id == organization_id,
        POST.c.post_type == "video",
        POST.c.status.in_(SHORTS_QUOTA_STATUSES),
        POST.c.scheduled_for >= since,
    )
    return list(session.connection().execute(query).scalars())


def count_shorts_by_video(
    session: Session, organization_id: str, video_keys: Sequence[str]
) -> dict[str, int]:
    """How many shorts are out or seated of each of these videos."""
    found: dict[str, int] = {}
    for chunk in chunks(video_keys):
        query = (
            select(POST.c.video_key, func.count())
            .where(
                POST.c.organization_id == organization_id,
                POST.c.video_key.in_(chunk),
                POST.c.status.in_(SHORTS_QUOTA_STATUSES),
            )
            .group_by(POST.c.video_key)
        )
        found |= {row[0]: row[1] for row in session.connection().execute(query)}
    return found


def seat_posts(
    session: Session, organization_id: str, placements: Sequence[Placement], now: datetime
) -> None:
    """Seat posts of the backlog, and wake their jobs.

    IntegrityError when a seat is taken, which the caller's lock rules out.
    """
    if not placements:
        return
    job_queue.wake(session, JobKind.POST, [each.post_id for each in placements], now)
    insert_seats(session, organization_id, placements)
    session.connection().execute(_SCHEDULE, [_schedule_parameters(each) for each in placements])
    history.record(
        session,
        *(
            history.HistoryEntry(each.post_id, each.post_id, "seat", PostStatus.SCHEDULED, now)
            for each in placements
        ),
    )


def insert_seats(session: Session, organization_id: str, placements: Sequence[Placement]) -> None:
    """Take seats for posts that have none."""
    if placements:
        rows = [_seat_row(organization_id, each) for each in placements]
        session.connection().execute(insert(SEAT), rows)


_SCHEDULE = (
    update(POST)
    .where(POST.c.id == bindparam("post"), POST.c.status == PostStatus.BACKLOG)
    .values(
        status=PostStatus.SCHEDULED,
        is_turned_away=False,
        reason=None,
        scheduled_for=bindparam("slot_at"),
        local_at=bindparam("local"),
        timezone=bindparam("zone"),
        opens_at=bindparam("opens"),
        late_at=None,
        content_version=POST.c.content_version + 1,
    )
)


def _seat_row(organization_id: str, placement: Placement) -> dict[str, object]:
    return {
        "organization_id": organization_id,
        "queue_slot_id": placement.queue_slot_id,
        "local_at": placement.local_at,
        "slot_at": placement.slot_at,
        "number": placement.number,
        "post_id": placement.post_id,
    }


def _schedule_parameters(placement: Placement) -> dict[str, object]:
    return {
        "post": placement.post_id,
        "slot_at": placement.slot_at,
        "local": placement.local_at,
        "zone": placement.zone,
        "opens": placement.opens_at,
    }


def slots_of_post(session: Session, post_id: str) -> set[SlotKey]:
    """The slots in which a post has a seat: its own, and what it has left but not given back."""
    query = select(SEAT.c.queue_slot_id, SEAT.c.local_at).where(SEAT.c.post_id == post_id)
    return {(row[0], row[1]) for row in session.connection().execute(query)}


def release_left_seats(session: Session, post_id: str) -> bool:
    """Give back the seats that a post has left, for another slot or for an instant of its own, once
    nothing remote can publish it there any more; returns whether it had any to give."""
    own = exists().where(
        POST.c.id == post_id,
        POST.c.publish_mode == "next_slot",
        POST.c.scheduled_for == SEAT.c.slot_at,
    )
    possibly_published = exists().where(
        POST.c.id == post_id,
        DELIVERY.c.post_id == POST.c.id,
        # What was brought up to date since knows the new instant alone.
        DELIVERY.c.sent_version.is_distinct_from(POST.c.content_version),
        POSSIBLY_PUBLISHED,
        # Without a stray, what has ended so is no longer on any timer.
        or_(DELIVERY.c.status.not_in(_ENDED), DELIVERY.c.is_stray),
    )
    return _delete_seats(session, SEAT.c.post_id == post_id, ~own, ~possibly_published)


def release_seats(session: Session, *post_ids: str) -> None:
    """Give posts' seats back; nothing remote may publish the posts any more."""
    _delete_seats(session, SEAT.c.post_id.in_(post_ids))


def _delete_seats(session: Session, *which: ColumnElement[bool]) -> bool:
    """Free seats, and note that they are; returns whether there were any."""
    gone = delete(SEAT).where(*which).returning(SEAT.c.organization_id, SEAT.c.slot_at)
    freed = [(row[0], row[1]) for row in session.connection().execute(gone)]
    released_seats.record_seats(session, freed)
    return bool(freed)
