"""Heartbeats of the processes: which beats and workers are alive, and what they counted."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from models.columns import utc_field


class Heartbeat(SQLModel, table=True):
    """The last heartbeat of a beat or worker process."""

    id: str = Field(primary_key=True)
    kind: str
    at: datetime = utc_field()
    # The metric families of the process since its start (`models.metric_families`); null if it has
    # none.
    metrics: list[dict[str, Any]] | None = Field(
        default=None, sa_column=Column(JSON(none_as_null=True), nullable=True)
    )
