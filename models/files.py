"""Callers' own files, kept in our storage until the provider has them."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from models.types import instant, new_id


class StoredFile(SQLModel, table=True):
    """One file in the storage, under the key of its id; `size` in bytes."""

    __tablename__ = "stored_file"

    id: str = Field(default_factory=new_id, primary_key=True)
    organization_id: str = Field(foreign_key="organization.id", index=True)
    name: str
    content_type: str
    size: int = Field(sa_type=BigInteger)
    sha256: str
    created_at: datetime = instant(index=True)
