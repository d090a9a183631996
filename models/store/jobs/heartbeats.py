"""Heartbeats: which beats and workers said lately that they are alive, and what they counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, select
from sqlmodel import Session

from models.jobs import Heartbeat
from models.store.sql.upsert import dialect_insert

HEARTBEAT: Table = Heartbeat.__table__  # type: ignore[attr-defined]
# Whoever was silent for so long has another name by now.
DELETE_AFTER = timedelta(days=1)
# A process without a heartbeat for so long is not listed any more.
HEARTBEAT_WINDOW = timedelta(minutes=3)
# A process counts as alive while its newest heartbeat is younger: two may be late.
ALIVE_WINDOW = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class ProcessHeartbeat:
    """The newest sign of life of a process, and what it counted until then."""

    id: str
    kind: str
    at: datetime
    metrics: list[dict[str, Any]] | None


def record(
    session: Session,
    id_: str,
    kind: str,
    now: datetime,
    metrics: Sequence[dict[str, Any]] | None = None,
) -> None:
    """Say that the process `id_` of this kind (beat, worker) is alive; forget the long dead."""
    connection = session.connection()
    values = {"at": now, "metrics": metrics}
    statement = dialect_insert(session, HEARTBEAT).values(id=id_, kind=kind, **values)
    connection.execute(
        statement.on_conflict_do_update(index_elements=[HEARTBEAT.c.id], set_=values)
    )
    connection.execute(delete(HEARTBEAT).where(HEARTBEAT.c.at < now - DELETE_AFTER))


def list_alive(session: Session, since: datetime) -> list[ProcessHeartbeat]:
    """The processes that gave a sign of life since then, by kind and name."""
    columns = (HEARTBEAT.c[name] for name in ProcessHeartbeat.__slots__)
    query = select(*columns).where(HEARTBEAT.c.at >= since)
    rows = session.connection().execute(query.order_by(HEARTBEAT.c.kind, HEARTBEAT.c.id))
    return [ProcessHeartbeat(*row) for row in rows]
