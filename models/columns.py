"""Column types and ids that every table shares."""

import secrets
import threading
import time
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

# Constraints need names: a migration on SQLite cannot change what it cannot name.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class _Uuid7Clock:
    """The bits behind an id's milliseconds: random, and within a millisecond ever greater."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._milliseconds = self._bits = 0

    def next(self) -> tuple[int, int]:
        """Milliseconds since 1970, and 74 bits."""
        at = time.time_ns() // 1_000_000
        with self._lock:
            # Room for many births: no millisecond sees so many that the bits run over.
            again = at == self._milliseconds
            step = 1 + secrets.randbits(48) if again else secrets.randbits(73)
            self._milliseconds, self._bits = at, self._bits + step if again else step
            return at, self._bits


_uuid7_clock = _Uuid7Clock()


def new_id() -> str:
    """A 32-digit hexadecimal id that sorts by its time of birth (UUID version 7's layout), and
    among those of one process and millisecond by their order.

    Random ids would scatter inserts over the whole index; these keep it dense.
    """
    milliseconds, bits = _uuid7_clock.next()
    value = (milliseconds << 80) | (0x7 << 76) | (bits >> 62 << 64) | (0x2 << 62)
    return f"{value | (bits & ((1 << 62) - 1)):032x}"


def min_id_at(at: datetime) -> str:
    """What the ids of those that are born from this instant on are greater than."""
    return f"{int(at.astimezone(UTC).timestamp() * 1000):012x}"


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, `timestamptz` on PostgreSQL, UTC text on SQLite.

    Raises ValueError for a naive datetime, because nobody can know which instant it means.
    """

    impl = DateTime
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(timezone=True)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ANN401
        """The instant as the driver wants it."""
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
    """A model's field that holds an instant; takes what SQLModel's `Field` takes."""
    return Field(sa_type=UtcDateTime, **arguments)
