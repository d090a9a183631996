"""Seats: which are taken, how many shorts count against the limits; take and release seats.

A negative number is no seat: the post left the seat `left_number(number)` to another one, but may
still be published there (`seat_swaps`).
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    and_,
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

from models.actors import SLOTBEAT
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
# The provider may publish a delivery where it was put before. A failed or cancelled one is not
# scheduled any more, unless a call got no answer.
MAY_GO_OUT_YET = and_(
    POSSIBLY_PUBLISHED,
    or_(
        DELIVERY.c.status.not_in((DeliveryStatus.FAILED, DeliveryStatus.CANCELLED)),
        DELIVERY.c.is_stray,
    ),
)


@dataclass(frozen=True, slots=True)
class Placement:
    """A post's new seat, with the zone of its local time and the instant at which it opens."""

    post_id: str
    queue_slot_id: int
    local_at: datetime
    slot_at: datetime
    number: int
    zone: str
    opens_at: datetime


def taken_numbers(session: Session, slots: Collection[SlotKey]) -> dict[SlotKey, set[int]]:
    """The taken seat numbers by (queue slot id, local time). The result has these slots, and maybe
    others between them."""
    numbers: dict[SlotKey, set[int]] = defaultdict(set)
    if not slots:
        return numbers
    # By local time: the instant of a slot may have changed since its seat was taken.
    local_times = [local_at for _, local_at in slots]
    parameters = {
        "slots": list({queue_slot_id for queue_slot_id, _ in slots}),
        "first": min(local_times),
        "last": max(local_times),
    }
    for queue_slot_id, local_at, number in session.connection().execute(_TAKEN, parameters):
        numbers[queue_slot_id, local_at].add(max(number, left_number(number)))
    return numbers


_TAKEN = select(SEAT.c.queue_slot_id, SEAT.c.local_at, SEAT.c.number).where(
    SEAT.c.queue_slot_id.in_(bindparam("slots", expanding=True)),
    SEAT.c.local_at.between(bindparam("first"), bindparam("last")),
)


def left_number(number: int) -> int:
    """The number of the row that says who left this seat; of such a row, the seat's number."""
    return ~number


def queued_post_ids(session: Session, organization_id: str) -> list[str]:
    """The ids of the queue's posts that are scheduled or publishing, sorted."""
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
    """The slots of the organization's shorts from `since` on."""
    parameters = {"owner": organization_id, "since": since}
    return list(session.connection().execute(_SHORTS, parameters).scalars())


_SHORTS = select(POST.c.scheduled_for).where(
    POST.c.organization_id == bindparam("owner"),
    POST.c.post_type == "video",
    POST.c.status.in_(SHORTS_QUOTA_STATUSES),
    POST.c.scheduled_for >= bindparam("since"),
)


def count_shorts_by_video(
    session: Session, organization_id: str, video_keys: Sequence[str]
) -> dict[str, int]:
    """The number of seated or published shorts for each of these videos."""
    counts: dict[str, int] = {}
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
        counts |= {row[0]: row[1] for row in session.connection().execute(query)}
    return counts


def seat_posts(
    session: Session, organization_id: str, placements: Sequence[Placement], now: datetime
) -> None:
    """Seat posts of the backlog, and wake their jobs.

    IntegrityError if a seat is taken; the lock of the settings prevents this.
    """
    if not placements:
        return
    job_queue.wake(session, JobKind.POST, [each.post_id for each in placements], now)
    insert_seats(session, organization_id, placements)
    session.connection().execute(_SCHEDULE, [_schedule_parameters(each) for each in placements])
    entries = []
    actor = str(SLOTBEAT)  # no person chooses which post gets which slot
    for each in placements:
        entry = history.HistoryEntry(
            each.post_id, each.post_id, "seat", PostStatus.SCHEDULED, now, actor=actor
        )
        entries.append(entry)
    history.record(session, *entries)


def insert_seats(session: Session, organization_id: str, placements: Sequence[Placement]) -> None:
    """Insert the seats of posts."""
    if placements:
        rows = [seat_row(organization_id, each) for each in placements]
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
        grace_from=None,
        content_version=POST.c.content_version + 1,
    )
)


def seat_row(organization_id: str, placement: Placement) -> dict[str, object]:
    """The columns of a new seat."""
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
    """The slots in which a post has a seat: its slot, and old slots that are not released yet."""
    own = (SEAT.c.post_id == post_id, SEAT.c.number >= 0)
    query = select(SEAT.c.queue_slot_id, SEAT.c.local_at).where(*own)
    return {(row[0], row[1]) for row in session.connection().execute(query)}


def release_left_seats(session: Session, post_id: str) -> bool:
    """Release the old seats of a post that moved, once the provider can no longer publish it there.

    Returns whether any seat was released.
    """
    own = exists().where(
        POST.c.id == post_id,
        POST.c.publish_mode == "next_slot",
        POST.c.scheduled_for == SEAT.c.slot_at,
        SEAT.c.number >= 0,
    )
    possibly_published = exists().where(
        POST.c.id == post_id,
        DELIVERY.c.post_id == POST.c.id,
        # A delivery that has the current version has the new instant only.
        DELIVERY.c.sent_version.is_distinct_from(POST.c.content_version),
        MAY_GO_OUT_YET,
    )
    return _delete_seats(session, SEAT.c.post_id == post_id, ~own, ~possibly_published)


def release_seats(session: Session, *post_ids: str) -> None:
    """Release the seats of posts; the caller knows that the provider cannot publish them."""
    _delete_seats(session, SEAT.c.post_id.in_(post_ids))


def _delete_seats(session: Session, *which: ColumnElement[bool]) -> bool:
    """Delete seats and record them as released; returns whether there were any."""
    statement = delete(SEAT).where(*which).returning(SEAT.c.organization_id, SEAT.c.slot_at)
    released = [(row[0], row[1]) for row in session.connection().execute(statement)]
    released_seats.record_seats(session, released)
    return bool(released)
