"""Column types that the tables share, and the naming convention of constraints."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

# Constraints need names: a migration on SQLite cannot change what it cannot name.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, `timestamptz` on PostgreSQL, UTC text on SQLite.

    Raises ValueError for a naive datetime, because its instant is not known.
    """

    impl = DateTime
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(timezone=True)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """The instant in the form that the driver expects."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone, got {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The stored instant, aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def utc_field(**arguments: Any) -> Any:  # noqa: ANN401
    """A model's field that holds an instant; takes the same arguments as SQLModel's `Field`."""
    return Field(sa_type=UtcDateTime, **arguments)


# SQLite generates row numbers only for a column of the exact type INTEGER.
BigIntId = BigInteger().with_variant(Integer, "sqlite")


def local_time_column(*, nullable: bool) -> Column[datetime]:
    """A column for a local date and time without a zone (wall-clock time)."""
    return Column(DateTime(timezone=False), nullable=nullable)
