"""Durable work: jobs with their claims, the history of attempts, and heartbeats."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import new_id, utc_field
from models.queue_slots import BigIntId


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


class Attempt(SQLModel, table=True):
    """History: one row for each change of state, with its cause."""

    __table_args__ = (Index("ix_attempt_post", "post_id", "id"),)

    id: int | None = Field(
        default=None, sa_column=Column(BigIntId, primary_key=True, autoincrement=True)
    )
    post_id: str = Field(foreign_key="post.id")
    subject_id: str
    step: str
    outcome: str
    at: datetime = utc_field()
    duration_ms: int | None = None
    http_status: int | None = None
    error: str | None = Field(default=None, sa_column=Column(Text))
    next_attempt_at: datetime | None = utc_field(default=None)


class Heartbeat(SQLModel, table=True):
    """A beat or a worker that says it is alive."""

    id: str = Field(primary_key=True)
    kind: str
    at: datetime = utc_field()
    # What the process counted since it began, as /metrics shows it; null for one that counts
    # nothing.
    metrics: list[dict[str, Any]] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
