"""Exchanges the seats of two posts.

Each has its new seat at once. Where a provider may still publish a post in the seat that it left, a
second row says so until that is undone: same slot, and `left_number` of the seat. Meanwhile the
seat's new post is not handed over, so that the slot never has one post too many.
"""

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_model

from models.posts import Post
from models.queue_slots import Seat
from models.store.queue.seats import MAY_GO_OUT_YET, left_number
from models.tables import DELIVERY, POST, SEAT


class SeatsBusy(Exception):
    """A seat of one of the posts still waits for an earlier change at the provider."""


def exchange_seats(session: Session, first: Post, second: Post) -> None:
    """Give each post the other's seat; a post without one leaves the other without one.

    SeatsBusy while an earlier move of theirs is not undone at the provider. The caller has locked
    the settings and both posts, and then writes the posts' own columns.
    """
    seat, other_seat = _own_seat(session, first), _own_seat(session, second)
    for post, new in ((first, other_seat), (second, seat)):
        if new is not None:
            _check_not_leaving(session, post, new)
    for old, leaver, taker in ((seat, first, second), (other_seat, second, first)):
        if old is not None:
            _hand_over(session, old, leaver, taker)


def is_seat_shared() -> ColumnElement[bool]:
    """The condition: another post may still be published in the seat of a post."""
    left = SEAT.alias()
    return exists().where(
        SEAT.c.post_id == POST.c.id,
        SEAT.c.number >= 0,
        left.c.queue_slot_id == SEAT.c.queue_slot_id,
        left.c.local_at == SEAT.c.local_at,
        left.c.number == -SEAT.c.number - 1,
    )


def _own_seat(session: Session, post: Post) -> Seat | None:
    """The seat of a queued post in its slot."""
    if post.publish_mode != "next_slot":
        return None
    own = (Seat.post_id == post.id, Seat.slot_at == post.scheduled_for, col(Seat.number) >= 0)
    return session.exec(select_model(Seat).where(*own)).first()


def _check_not_leaving(session: Session, post: Post, seat: Seat) -> None:
    """SeatsBusy where the post is still to leave another seat of this slot: it could not be told
    from its new one."""
    in_slot = (
        SEAT.c.post_id == post.id,
        SEAT.c.queue_slot_id == seat.queue_slot_id,
        SEAT.c.local_at == seat.local_at,
        SEAT.c.number != left_number(seat.number),
    )
    if session.connection().execute(select(SEAT.c.id).where(*in_slot)).first():
        raise SeatsBusy


def _hand_over(session: Session, seat: Seat, leaver: Post, taker: Post) -> None:
    """Give a seat to its new post, and remember who may still be published there."""
    connection = session.connection()
    left = (
        SEAT.c.queue_slot_id == seat.queue_slot_id,
        SEAT.c.local_at == seat.local_at,
        SEAT.c.number == left_number(seat.number),
    )
    connection.execute(delete(SEAT).where(*left, SEAT.c.post_id == taker.id))
    if _may_go_out_yet(session, leaver.id):
        if connection.execute(select(SEAT.c.id).where(*left)).first():
            raise SeatsBusy
        connection.execute(SEAT.insert(), _left_row(seat))
    connection.execute(update(SEAT).where(SEAT.c.id == seat.id).values(post_id=taker.id))


def _left_row(seat: Seat) -> dict[str, object]:
    return {**seat.model_dump(exclude={"id"}), "number": left_number(seat.number)}


def _may_go_out_yet(session: Session, post_id: str) -> bool:
    query = select(DELIVERY.c.id).where(DELIVERY.c.post_id == post_id, MAY_GO_OUT_YET)
    return session.connection().execute(query).first() is not None
