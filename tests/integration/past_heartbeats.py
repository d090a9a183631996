"""Heartbeats of the past, whatever the others say: a process leaves one of now alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models.store import clock
from models.store.jobs import heartbeats
from models.tables import HEARTBEAT


def record_ago(
    session: Session,
    name: str,
    kind: str,
    ago: timedelta,
    metrics: Sequence[dict[str, Any]] | None = None,
) -> None:
    """Leave the heartbeat that a process left so long ago."""
    now: datetime = clock.now(session)
    heartbeats.record(session, name, kind, now, metrics)
    is_it = HEARTBEAT.c.id == name
    session.connection().execute(HEARTBEAT.update().where(is_it).values(at=now - ago))
