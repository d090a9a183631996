"""Heartbeats of the processes: which beats and workers are alive, and what they counted."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from models.columns import utc_field


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
