"""What of an organization may still go out at a provider, by name, for the person who must look."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlmodel import Session

from models.statuses import SETTLED_POSTS, DeliveryStatus, Intent, PostStatus
from models.tables import ACCOUNT, DELIVERY, POST

PUBLISHING_INTENTS = (Intent.SCHEDULE, Intent.PUBLISH_NOW)


@dataclass(frozen=True, slots=True)
class PossiblePublication:
    """A delivery that its provider may still publish, or may have published unknown to us; `at`:
    the instant of its slot."""

    post_id: str
    platform: str
    account: str | None
    at: datetime | None
    status: str
    remote_id: str | None


def list_possible(session: Session, organization_id: str, limit: int) -> list[PossiblePublication]:
    """At most `limit` of them, the nearest instant first; without what is unknown of posts that a
    person has acknowledged."""
    at = func.coalesce(POST.c.late_at, POST.c.scheduled_for, type_=POST.c.late_at.type)
    query = (
        select(
            POST.c.id,
            DELIVERY.c.platform,
            func.coalesce(func.nullif(ACCOUNT.c.name, ""), ACCOUNT.c.username),
            at,
            DELIVERY.c.status,
            DELIVERY.c.remote_id,
        )
        .join(DELIVERY, DELIVERY.c.post_id == POST.c.id)
        .outerjoin(ACCOUNT, ACCOUNT.c.id == DELIVERY.c.account_id)
        .where(*_is_possible(organization_id))
        .order_by(at, POST.c.id, DELIVERY.c.id)
        .limit(limit)
    )
    return [PossiblePublication(*row) for row in session.connection().execute(query)]


def count_possible(session: Session, organization_id: str) -> int:
    """How many there are."""
    query = select(func.count()).select_from(POST).join(DELIVERY, DELIVERY.c.post_id == POST.c.id)
    return session.connection().execute(query.where(*_is_possible(organization_id))).scalar_one()


def _is_possible(organization_id: str) -> tuple[ColumnElement[bool], ...]:
    status = DELIVERY.c.status
    is_over = status.in_((DeliveryStatus.PUBLISHED, DeliveryStatus.CANCELLED))
    has_call = or_(
        and_(DELIVERY.c.intent.in_(PUBLISHING_INTENTS), status != DeliveryStatus.FAILED),
        and_(DELIVERY.c.is_stray, DELIVERY.c.remote_id.is_not(None)),
    )
    at_provider = (DeliveryStatus.SCHEDULED, DeliveryStatus.PUBLISHING, DeliveryStatus.UNKNOWN)
    return (
        POST.c.organization_id == organization_id,
        # A person has looked at what is unknown, and not at what a timer still has.
        or_(POST.c.acknowledged_at.is_(None), status != DeliveryStatus.UNKNOWN),
        ~is_over,
        or_(status.in_(at_provider), has_call),
    )


def count_cancelling(session: Session, organization_id: str) -> int:
    """The number of posts that their workers take back from the provider."""
    query = select(func.count()).select_from(POST)
    own = (POST.c.organization_id == organization_id, POST.c.status == PostStatus.CANCELLING)
    return session.connection().execute(query.where(*own)).scalar_one()


def list_unfinished_ids(session: Session, organization_id: str) -> list[str]:
    """The ids of the organization's posts that have not ended, or ended as unknown while a timer
    has them."""
    on_timer = exists().where(
        DELIVERY.c.post_id == POST.c.id, DELIVERY.c.status == DeliveryStatus.SCHEDULED
    )
    query = select(POST.c.id).where(
        POST.c.organization_id == organization_id,
        or_(
            POST.c.status.not_in(SETTLED_POSTS),
            and_(POST.c.status == PostStatus.UNKNOWN, on_timer),
        ),
    )
    return list(session.connection().execute(query.order_by(POST.c.id)).scalars())
