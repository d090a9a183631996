"""The database's clock: the only `now` that claims, wake-ups, firings and grace may use."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnClause, literal_column, select
from sqlmodel import Session

# clock_timestamp(), because now() is the start of the transaction, which may be earlier than the
# moment at which a row lock was granted.
_CLOCKS: dict[str, ColumnClause[Any]] = {
    "postgresql": literal_column("clock_timestamp()"),
    "sqlite": literal_column("strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')"),
}
_NOW = {dialect: select(instant) for dialect, instant in _CLOCKS.items()}


def now(session: Session) -> datetime:
    """The current instant of the database's clock, aware, in UTC."""
    connection = session.connection()
    return to_instant(connection.execute(_NOW[connection.dialect.name]).scalar_one())


def column(dialect: str) -> ColumnClause[Any]:
    """The clock as a column of a query that must run anyway; `to_instant` reads its value."""
    return _CLOCKS[dialect]


def to_instant(value: datetime | str) -> datetime:
    """The value of the clock's column as an instant in UTC."""
    instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return instant.astimezone(UTC)
