"""Durable work: jobs with their claims, the history of attempts, and heartbeats."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import utc_field
from models.ids import new_id


class Job(SQLModel, table=True):
    """Work on one subject. The broker's messages are hints at these rows, nothing more.

    `wake_at` null: nothing to do until something wakes the job. `dispatched_at` is set while a
    message is under way, `claim` while a worker holds the job. `version` moves with every wake-up
    from outside, so that a release that did not see it cannot swallow it.
    """

    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        Index(
            "ix_job_due",
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
    version: int = 0
    wake_at: datetime | None = utc_field(default=None)
    dispatched_at: datetime | None = utc_field(default=None)
    claim: str | None = None
    claim_expires_at: datetime | None = utc_field(default=None)
    # Claims in a row that expired with their worker: a poison job must end visibly.
    rescues: int = 0
