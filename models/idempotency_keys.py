"""Idempotency keys of API requests: a repeated request changes nothing and gets the same answer."""

from datetime import datetime

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from models.columns import utc_field


class IdempotencyKey(SQLModel, table=True):
    """A caller's key, the hash of its first request, and the response once there is one."""

    __tablename__ = "idempotency_key"

    organization_id: str = Field(foreign_key="organization.id", primary_key=True)
    key: str = Field(primary_key=True)
    # SHA-256 of method, path, query and body: a different request with the same key is rejected.
    fingerprint: str
    # Null while the request runs. After `lease_until` the process is taken for dead.
    status: int | None = None
    lease_until: datetime = utc_field()
    # Encrypted: a response may contain a secret that is shown only once.
    answer: str | None = Field(default=None, sa_column=Column(Text), repr=False)
    created_at: datetime = utc_field(index=True)
