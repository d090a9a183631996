"""Files that callers uploaded, stored until the provider has them."""

from datetime import datetime, timedelta

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from models.columns import utc_field
from models.ids import new_id

# For a file without a post: enough time to write the post.
UNUSED_FILE_RETENTION = timedelta(days=7)
# For a file that its posts no longer need: enough time to retry a failed post or to write another.
MIN_FILE_RETENTION = timedelta(hours=24)


class StoredFile(SQLModel, table=True):
    """One file in the object storage, under its id as key; `size` in bytes."""

    __tablename__ = "stored_file"

    id: str = Field(default_factory=new_id, primary_key=True)
    organization_id: str = Field(foreign_key="organization.id", index=True)
    name: str
    content_type: str
    size: int = Field(sa_type=BigInteger)
    sha256: str
    created_at: datetime = utc_field(index=True)
