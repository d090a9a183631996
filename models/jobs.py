"""Durable jobs with their claims."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import utc_field
from models.ids import new_id


class Job(SQLModel, table=True):
    """Work on one subject. The broker's messages only hint at these rows.

    `wake_at` null: nothing to do until something wakes the job. `dispatched_at` is set while a
    message is on its way, `claim` while a worker has the job. Every wake-up from outside raises
    `version`, so that the release of a claim cannot lose a wake-up that it did not read.
    """

    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        Index(
            "ix_job_due",
            "wake_at",
            sqlite_where=text("wake_at IS NOT NULL"),
            postgresql_where=text("wake_at IS NOT NULL"),
        ),
        # The oldest due job of each organization, where more is due than may be dispatched.
        Index(
            "ix_job_organization_due",
            "organization_id",
            "wake_at",
            sqlite_where=text("wake_at IS NOT NULL"),
            postgresql_where=text("wake_at IS NOT NULL"),
        ),
        Index(
            "ix_job_dispatched",
            "dispatched_at",
            sqlite_where=text("dispatched_at IS NOT NULL"),
            postgresql_where=text("dispatched_at IS NOT NULL"),
        ),
    )

    id: str = Field(default_factory=new_id, primary_key=True)
    kind: str
    subject_id: str
    # Whose work it is: organizations share the dispatch window and the places at work. Empty: the
    # installation's, such as the accounts of the environment's connection.
    organization_id: str = Field(default="", sa_column_kwargs={"server_default": ""})
    version: int = 0
    wake_at: datetime | None = utc_field(default=None)
    dispatched_at: datetime | None = utc_field(default=None)
    claim: str | None = None
    claim_expires_at: datetime | None = utc_field(default=None)
    # Consecutive claims that expired because their worker died: a poison job must end visibly.
    rescues: int = 0
