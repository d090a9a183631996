"""What is remembered of requests, so that a repeated one changes nothing."""

from datetime import datetime

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from models.columns import utc_field


class IdempotencyKey(SQLModel, table=True):
    """A caller's key with the request that it came with, and the answer once there is one."""

    __tablename__ = "idempotency_key"

    organization_id: str = Field(foreign_key="organization.id", primary_key=True)
    key: str = Field(primary_key=True)
    # SHA-256 of method, path, query and body: another request with the same key is refused.
    fingerprint: str
    # Null while the first request is at work; it is given up for dead at `lease_until`.
    status: int | None = None
    lease_until: datetime = utc_field()
    # Encrypted: an answer may hold a secret that is shown once.
    answer: str | None = Field(default=None, sa_column=Column(Text), repr=False)
    created_at: datetime = utc_field(index=True)
