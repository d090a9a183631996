"""Heartbeats: which beat and worker processes are alive, and their metrics."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import Session

from models.store import clock_set_back
from models.store.sql.upsert import dialect_insert
from models.tables import HEARTBEAT

# The kinds of processes without which no post goes out.
NEEDED_KINDS = ("beat", "worker")
# A process that starts again has another id, so old rows are useless.
DELETE_AFTER = timedelta(days=1)
# A process without a heartbeat for so long is not listed any more.
HEARTBEAT_WINDOW = timedelta(minutes=3)
# A process counts as alive while its newest heartbeat is younger: two may be late.
ALIVE_WINDOW = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class ProcessHeartbeat:
    """The last heartbeat of a process, with its metric families at that moment."""

    id: str
    kind: str
    at: datetime
    metrics: list[dict[str, Any]] | None


def is_alive(at: datetime, now: datetime) -> bool:
    """Whether a process with its last heartbeat at `at` counts as alive."""
    return now - at <= ALIVE_WINDOW


def missing_kinds(last_heartbeats: Iterable[tuple[str, datetime]], now: datetime) -> list[str]:
    """The needed kinds of which no process is alive, by (kind, last heartbeat) of processes."""
    alive = {kind for kind, at in last_heartbeats if is_alive(at, now)}
    return [kind for kind in NEEDED_KINDS if kind not in alive]


def read_missing(session: Session, now: datetime) -> list[str]:
    """The needed kinds of which no process is alive, by the database."""
    query = select(HEARTBEAT.c.kind, func.max(HEARTBEAT.c.at, type_=HEARTBEAT.c.at.type))
    rows = session.connection().execute(query.group_by(HEARTBEAT.c.kind))
    return missing_kinds([(kind, at) for kind, at in rows], now)


def record(
    session: Session,
    id_: str,
    kind: str,
    now: datetime,
    metrics: Sequence[dict[str, Any]] | None = None,
) -> None:
    """Store a heartbeat of the process `id_` of this kind (beat, worker); delete old ones.

    Before that, what waits because the database's clock was set back: this heartbeat may replace
    the row that shows it.
    """
    connection = session.connection()
    clock_set_back.mend_if_seen(session, now)
    values = {"at": now, "metrics": metrics}
    statement = dialect_insert(session, HEARTBEAT).values(id=id_, kind=kind, **values)
    connection.execute(
        statement.on_conflict_do_update(index_elements=[HEARTBEAT.c.id], set_=values)
    )
    connection.execute(delete(HEARTBEAT).where(HEARTBEAT.c.at < now - DELETE_AFTER))


def list_alive(session: Session, since: datetime) -> list[ProcessHeartbeat]:
    """The processes with a heartbeat at `since` or later, by kind and id."""
    columns = (HEARTBEAT.c[name] for name in ProcessHeartbeat.__slots__)
    query = select(*columns).where(HEARTBEAT.c.at >= since)
    rows = session.connection().execute(query.order_by(HEARTBEAT.c.kind, HEARTBEAT.c.id))
    return [ProcessHeartbeat(*row) for row in rows]
