"""Whom to tell about posts and accounts: endpoints, and the deliveries to them."""

from datetime import datetime

from sqlalchemy import JSON, Column, Index, Text
from sqlmodel import Field, SQLModel

from models.types import instant, new_id


class WebhookEndpoint(SQLModel, table=True):
    """An address of an organization's that wants to hear of some kinds of events."""

    __tablename__ = "webhook_endpoint"

    id: str = Field(default_factory=new_id, primary_key=True)
    organization_id: str = Field(foreign_key="organization.id", index=True)
    # Both encrypted: the address may hold a token, the secret signs what we send.
    url: str = Field(sa_column=Column(Text, nullable=False), repr=False)
    secret: str = Field(sa_column=Column(Text, nullable=False), repr=False)
    events: list[str] = Field(sa_column=Column(JSON, nullable=False))
    is_enabled: bool = True
    # Why we switched it off ourselves; null while it works, or where its owner did.
    disabled_reason: str | None = Field(default=None, sa_column=Column(Text))
    # Deliveries in a row that were given up, and since when.
    failures: int = 0
    failing_since: datetime | None = instant(default=None)
    created_at: datetime = instant()


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
    status: str = "pending"
    attempts: int = 0
    last_http_status: int | None = None
    error: str | None = Field(default=None, sa_column=Column(Text))
    created_at: datetime = instant()
    delivered_at: datetime | None = instant(default=None)
