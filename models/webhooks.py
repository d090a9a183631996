"""Webhooks: endpoints of organizations, and the deliveries of events to them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, Index, Text
from sqlmodel import Field, SQLModel

from models.columns import utc_field
from models.ids import new_id
from models.statuses import PostStatus


class WebhookEvent(StrEnum):
    """The events that are sent to endpoints."""

    POST_SCHEDULED = "post.scheduled"
    POST_PUBLISHED = "post.published"
    POST_PARTIAL = "post.partial"
    POST_FAILED = "post.failed"
    POST_MISSED = "post.missed"
    # Not a failure: a client that posts again after a failure would publish twice.
    POST_UNKNOWN = "post.unknown"
    POST_CANCELLED = "post.cancelled"
    POST_CHANGES_REQUESTED = "post.changes_requested"
    POST_REJECTED = "post.rejected"
    ACCOUNT_NEEDS_ATTENTION = "account.needs_attention"
    # Sent on request, whichever events the endpoint has chosen.
    TEST = "webhook.test"


# An endpoint may choose from these; one without a choice gets all of them.
SUBSCRIBABLE_EVENTS = tuple(each for each in WebhookEvent if each is not WebhookEvent.TEST)
EVENT_FOR_STATUS = {
    PostStatus.SCHEDULED: WebhookEvent.POST_SCHEDULED,
    PostStatus.PUBLISHED: WebhookEvent.POST_PUBLISHED,
    PostStatus.PARTIAL: WebhookEvent.POST_PARTIAL,
    PostStatus.FAILED: WebhookEvent.POST_FAILED,
    PostStatus.MISSED: WebhookEvent.POST_MISSED,
    PostStatus.UNKNOWN: WebhookEvent.POST_UNKNOWN,
    PostStatus.CANCELLED: WebhookEvent.POST_CANCELLED,
    PostStatus.CHANGES_REQUESTED: WebhookEvent.POST_CHANGES_REQUESTED,
    PostStatus.REJECTED: WebhookEvent.POST_REJECTED,
}


class WebhookStatus(StrEnum):
    """The status of one delivery to one endpoint."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class WebhookEndpoint(SQLModel, table=True):
    """An address of an organization that receives the events it has chosen."""

    __tablename__ = "webhook_endpoint"

    id: str = Field(default_factory=new_id, primary_key=True)
    organization_id: str = Field(foreign_key="organization.id", index=True)
    # All three encrypted: the address may contain a token, the secrets sign our requests.
    url: str = Field(sa_column=Column(Text, nullable=False), repr=False)
    secret: str = Field(sa_column=Column(Text, nullable=False), repr=False)
    # After a rotation the previous secret signs beside the new one until `previous_until`.
    previous_secret: str | None = Field(default=None, sa_column=Column(Text), repr=False)
    previous_until: datetime | None = utc_field(default=None)
    events: list[str] = Field(sa_column=Column(JSON, nullable=False))
    is_enabled: bool = True
    # Why we disabled it; null if it is enabled, or if its owner disabled it.
    disabled_reason: str | None = Field(default=None, sa_column=Column(Text))
    # Consecutive failed deliveries, and since when no attempt has succeeded.
    failures: int = 0
    failing_since: datetime | None = utc_field(default=None)
    created_at: datetime = utc_field()


class WebhookDelivery(SQLModel, table=True):
    """One event for one endpoint; written in the transaction that causes the event."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (Index("ix_webhook_delivery_endpoint", "endpoint_id", "id"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    endpoint_id: str = Field(foreign_key="webhook_endpoint.id", ondelete="CASCADE")
    # The same for all endpoints of the event, so that a receiver can detect a repetition.
    event_id: str
    event: str
    # The exact body that is signed and sent.
    payload: str = Field(sa_column=Column(Text, nullable=False))
    status: str = Field(default=WebhookStatus.PENDING)
    attempts: int = 0
    last_http_status: int | None = None
    error: str | None = Field(default=None, sa_column=Column(Text))
    created_at: datetime = utc_field()
    delivered_at: datetime | None = utc_field(default=None)
