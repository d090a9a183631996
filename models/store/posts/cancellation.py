"""Cancels posts: at once where nothing was sent, else when the provider has let go of them."""

from datetime import datetime

from sqlalchemy import and_, exists, or_, select
from sqlmodel import Session

from models.posts import Delivery
from models.statuses import UNAPPROVED, DeliveryStatus, PostStatus
from models.store.posts import post_changes
from models.store.posts.post_changes import LockedPost
from models.store.queue import seats
from models.tables import DELIVERY, POST

LEAVING_OR_LIVE = (DeliveryStatus.PUBLISHING, DeliveryStatus.PUBLISHED)
OPEN = (
    PostStatus.DRAFT,
    *UNAPPROVED,
    PostStatus.BACKLOG,
    PostStatus.SCHEDULED,
    PostStatus.PUBLISHING,
)
# What failed may have left a draft at the provider.
ENDED_WITHOUT_PUBLICATION = (PostStatus.FAILED, PostStatus.MISSED)


def cancel(session: Session, locked: LockedPost, now: datetime) -> PostStatus:
    """Cancel a post; returns `cancelled`, or `cancelling` where its worker deletes it at the
    provider first."""
    if locked.is_never_sent:
        for each in locked.deliveries:
            post_changes.reset_delivery(session, each, DeliveryStatus.CANCELLED)
        seats.release_seats(session, locked.post.id)
        post_changes.update_post(
            session, locked, PostStatus.CANCELLED, now, step="remove", reason="removed"
        )
        return PostStatus.CANCELLED
    for each in locked.deliveries:
        _prepare_removal(session, each)
    post_changes.update_post(
        session, locked, PostStatus.CANCELLING, now, step="remove", reason=None
    )
    return PostStatus.CANCELLING


def _prepare_removal(session: Session, delivery: Delivery) -> None:
    """Reset a delivery, so that the worker removes it now instead of waiting for a retry."""
    status = DeliveryStatus(delivery.status)
    if status is DeliveryStatus.UNKNOWN:
        status = DeliveryStatus.CREATED if delivery.remote_id else DeliveryStatus.PENDING
    if status not in (*LEAVING_OR_LIVE, DeliveryStatus.CANCELLED):
        post_changes.reset_delivery(session, delivery, status)


# Workers that died over a post leave it unknown, while a timer has it or a call is open. Deliveries
# that are unknown themselves are left to a person; each try ends with these or with ended ones.
_HAS_OPEN_DELIVERY = exists().where(
    DELIVERY.c.post_id == POST.c.id,
    DELIVERY.c.status.not_in(
        (DeliveryStatus.UNKNOWN, DeliveryStatus.PUBLISHED, DeliveryStatus.CANCELLED)
    ),
    or_(DELIVERY.c.remote_id.is_not(None), DELIVERY.c.intent.is_not(None)),
)


def cancel_batch(session: Session, organization_id: str, now: datetime, limit: int) -> int:
    """Cancel at most `limit` of the organization's posts that have not ended, or have left
    something at their provider; returns how many. The caller has locked the settings."""
    has_remote = exists().where(
        DELIVERY.c.post_id == POST.c.id,
        DELIVERY.c.remote_id.is_not(None),
        DELIVERY.c.status.not_in((*LEAVING_OR_LIVE, DeliveryStatus.CANCELLED)),
    )
    unfinished = or_(
        POST.c.status.in_(OPEN),
        and_(POST.c.status.in_(ENDED_WITHOUT_PUBLICATION), has_remote),
        and_(POST.c.status == PostStatus.UNKNOWN, _HAS_OPEN_DELIVERY),
    )
    query = select(POST.c.id).where(POST.c.organization_id == organization_id, unfinished)
    ids = session.connection().execute(query.order_by(POST.c.id).limit(limit)).scalars().all()
    for post_id in ids:
        locked = post_changes.lock_post(session, organization_id, post_id)
        if locked is not None:
            _cancel_any(session, locked, now)
    return len(ids)


def _cancel_any(session: Session, locked: LockedPost, now: datetime) -> None:
    """A post that nobody has approved, and that has something at its provider, is a draft first."""
    if locked.status in UNAPPROVED and not locked.is_never_sent:
        post_changes.update_post(session, locked, PostStatus.DRAFT, now, step="remove")
    else:
        cancel(session, locked, now)
