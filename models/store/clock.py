"""The database's clock: the only `now` that claims, wake-ups, firings and grace may use."""

from datetime import UTC, datetime

from sqlalchemy import Executable, text
from sqlmodel import Session

# clock_timestamp(), because now() is the start of the transaction, which may be earlier than the
# moment at which a row lock was granted.
_CLOCKS: dict[str, Executable] = {
    "postgresql": text("SELECT clock_timestamp()"),
    "sqlite": text("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"),
}


def now(session: Session) -> datetime:
    """The current instant of the database's clock, aware, in UTC."""
    connection = session.connection()
    value = connection.execute(_CLOCKS[connection.dialect.name]).scalar_one()
    instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return instant.astimezone(UTC)
