"""Heartbeats: which beats and workers said lately that they are alive."""

from datetime import datetime

from sqlalchemy import Table, func, select
from sqlmodel import Session

from models.jobs import Heartbeat
from models.store.upsert import insert_or

HEARTBEAT: Table = Heartbeat.__table__  # type: ignore[attr-defined]


def beat(session: Session, id_: str, kind: str, now: datetime) -> None:
    """Say that the process `id_` of this kind (beat, worker) is alive."""
    statement = insert_or(session, HEARTBEAT).values(id=id_, kind=kind, at=now)
    session.connection().execute(
        statement.on_conflict_do_update(index_elements=[HEARTBEAT.c.id], set_={"at": now})
    )


def latest(session: Session) -> dict[str, datetime]:
    """The newest sign of life of each kind."""
    query = select(HEARTBEAT.c.kind, func.max(HEARTBEAT.c.at)).group_by(HEARTBEAT.c.kind)
    return {row[0]: row[1] for row in session.connection().execute(query)}
