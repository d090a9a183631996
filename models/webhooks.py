"""Whom to tell about posts and accounts: endpoints, and the deliveries to them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, Index, Text
from sqlmodel import Field, SQLModel

from models.columns import utc_field
from models.ids import new_id
from models.statuses import PostStatus


class WebhookEvent(StrEnum):
    """What an endpoint can hear of."""

    POST_SCHEDULED = "post.scheduled"
    POST_PUBLISHED = "post.published"
    POST_PARTIAL = "post.partial"
    POST_FAILED = "post.failed"
    POST_MISSED = "post.missed"
    # Not a kind of failure: whoever answers a failure by posting again would post twice.
    POST_UNKNOWN = "post.unknown"
    POST_CANCELLED = "post.cancelled"
    ACCOUNT_NEEDS_ATTENTION = "account.needs_attention"
    # Sent when somebody asks for it, whatever the endpoint chose to hear of.
    TEST = "webhook.test"


# What an endpoint may choose from, and hears of where it chooses nothing.
SUBSCRIBABLE_EVENTS = tuple(each for each in WebhookEvent if each is not WebhookEvent.TEST)
EVENT_FOR_STATUS = {
    PostStatus.SCHEDULED: WebhookEvent.POST_SCHEDULED,
    PostStatus.PUBLISHED: WebhookEvent.POST_PUBLISHED,
    PostStatus.PARTIAL: WebhookEvent.POST_PARTIAL,
    PostStatus.FAILED: WebhookEvent.POST_FAILED,
    PostStatus.MISSED: WebhookEvent.POST_MISSED,
    PostStatus.UNKNOWN: WebhookEvent.POST_UNKNOWN,
    PostStatus.CANCELLED: WebhookEvent.POST_CANCELLED,
}


class WebhookStatus(StrEnum):
    """Where one delivery to one endpoint stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class WebhookEndpoint(SQLModel, table=True):
    """An address of an organization's that wants to hear of some kinds of events."""

    __tablename__ = "webhook_endpoint"

    id: str = Field(default_factory=new_id, primary_key=True)
    organization_id: str = Field(foreign_key="organization.id", index=True)
    # All encrypted: the address may hold a token, the secrets sign what we send.
    url: str = Field(sa_column=Column(Text, nullable=False), repr=False)
    secret: str = Field(sa_column=Column(Text, nullable=False), repr=False)
    # The secret before the last rotation signs beside the new one for a while.
    previous_secret: str | None = Field(default=None, sa_column=Column(Text), repr=False)
    previous_until: datetime | None = utc_field(default=None)
    events: list[str] = Field(sa_column=Column(JSON, nullable=False))
    is_enabled: bool = True
    # Why we switched it off ourselves; null while it works, or where its owner did.
    disabled_reason: str | None = Field(default=None, sa_column=Column(Text))
    # Deliveries in a row that were given up, and since when no attempt has got through.
    failures: int = 0
    failing_since: datetime | None = utc_field(default=None)
    created_at: datetime = utc_field()


class WebhookDelivery(SQLModel, table=True):
    """One event on its way to one endpoint; written in the transaction that brought it about."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (Index("ix_webhook_delivery_endpoint", "endpoint_id", "id"),)

    id: str = Field(default_factory=new_id, primary_key=True)
    endpoint_id: str = Field(foreign_key="webhook_endpoint.id", ondelete="CASCADE")
    # One id for all endpoints that hear of the event, by which a receiver knows a repetition.
    event_id: str
    event: str
    # The exact text that is signed and sent.
    payload: str = Field(sa_column=Column(Text, nullable=False))
    status: str = Field(default=WebhookStatus.PENDING)
    attempts: int = 0
    last_http_status: int | None = None
    error: str | None = Field(default=None, sa_column=Column(Text))
    created_at: datetime = utc_field()
    delivered_at: datetime | None = utc_field(default=None)
