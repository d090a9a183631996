"""Callers' own files, kept in our storage until the provider has them."""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from models.columns import utc_field
from models.ids import new_id

# A file that no post was made with: time enough to write the post, or to notice that none came.
UNUSED_FILE_RETENTION = timedelta(days=7)
# A file that its posts no longer need: time enough to retry one that failed, or to make another.
MIN_FILE_RETENTION = timedelta(hours=24)


class StoredFile(SQLModel, table=True):
    """One file in the storage, under the key of its id; `size` in bytes."""

    __tablename__ = "stored_file"

    id: str = Field(default_factory=new_id, primary_key=True)
    organization_id: str = Field(foreign_key="organization.id", index=True)
    name: str
    content_type: str
    size: int = Field(sa_type=BigInteger)
    sha256: str
    created_at: datetime = utc_field(index=True)
