"""Deliveries that an edit adds to a post or takes off it, under the lock of its job."""

from collections.abc import Sequence

from sqlalchemy import delete, update
from sqlmodel import Session

from models.posts import Delivery
from models.statuses import DeliveryStatus
from models.store.posts.post_changes import reset_delivery
from models.tables import DELIVERY

# What became of it cannot be changed any more.
FINAL = (DeliveryStatus.PUBLISHED, DeliveryStatus.UNKNOWN, DeliveryStatus.CANCELLED)


def add(session: Session, rows: Sequence[Delivery]) -> None:
    """Add deliveries, which the worker makes when the post's files are ready."""
    session.add_all(rows)
    session.flush()


def remove(session: Session, delivery: Delivery) -> None:
    """Take a delivery off its post: at once where nothing of it is at the provider and no call is
    open; else its worker deletes the remote post first, and then the row."""
    if delivery.remote_id is None and delivery.intent is None:
        session.connection().execute(delete(DELIVERY).where(DELIVERY.c.id == delivery.id))
        return
    reset_delivery(
        session, delivery, DeliveryStatus(delivery.status), is_removed=True, is_held=False
    )


def keep(session: Session, delivery: Delivery, *, is_named: bool) -> None:
    """Keep a delivery, or take it back whose removal has not ended. `is_named`: whether the person
    has named its account."""
    if delivery.is_removed:
        reset_delivery(
            session,
            delivery,
            DeliveryStatus(delivery.status),
            is_removed=False,
            is_named=is_named,
        )
    elif delivery.is_named != is_named:
        statement = update(DELIVERY).where(DELIVERY.c.id == delivery.id)
        session.connection().execute(statement.values(is_named=is_named))
