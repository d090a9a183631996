"""The encrypted session of a connection, which all workers share; one of them renews it."""

from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlmodel import Session, select

from models.accounts import Connection
from models.tables import CONNECTION


def load(session: Session, connection_id: str) -> str | None:
    """The encrypted session of a connection; None if it has none."""
    return session.exec(select(Connection.session).where(Connection.id == connection_id)).one()


def save(session: Session, connection_id: str, encrypted: str) -> None:
    """Replace the session of a connection; a claim on it ends."""
    session.connection().execute(
        update(CONNECTION)
        .where(CONNECTION.c.id == connection_id)
        .values(session=encrypted, session_claimed_until=None)
    )


def release(session: Session, connection_id: str) -> None:
    """End the claim on the session of a connection."""
    session.connection().execute(
        update(CONNECTION)
        .where(CONNECTION.c.id == connection_id)
        .values(session_claimed_until=None)
    )


def claim(session: Session, connection_id: str, now: datetime, ttl: timedelta) -> bool:
    """Whether the caller alone may begin a session until `now` + `ttl`."""
    until = CONNECTION.c.session_claimed_until
    result = session.connection().execute(
        update(CONNECTION)
        .where(CONNECTION.c.id == connection_id, or_(until.is_(None), until <= now))
        .values(session_claimed_until=now + ttl)
    )
    return result.rowcount > 0
