"""A database whose transactions begin with given rows and are rolled back, and whose clock is set.

It is a real SQLite database with the real schema. So the product's transactions become functions:
of the rows of the post, its delivery and its job, to the rows after them.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from models.database import Database

TABLES = ("post", "delivery", "job")
CLOCK_FORMAT = "%Y-%m-%dT%H:%M:%f+00:00"
Rows = tuple[tuple[tuple[Any, ...], ...], ...]


class RolledBackDatabase(Database):
    """`rows`: what the next transaction finds; `left`: the rows that the last one left, and
    `notes`: the errors and notes that it wrote to the history."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.now: datetime | None = None
        self.rows: Rows = ((), (), ())
        self.left: Rows = ((), (), ())
        self.notes: set[str | None] = set()
        event.listen(self.engine, "connect", self._set_clock)

    def _set_clock(self, connection: sqlite3.Connection, _record: object) -> None:
        connection.create_function("strftime", 2, self._read_clock)

    def _read_clock(self, form: str, _when: str) -> str:
        assert form == CLOCK_FORMAT, f"another clock is asked: {form}"
        assert self.now is not None, "the clock is not set"
        return self.now.isoformat(timespec="milliseconds")

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction on `rows`; what it leaves is read and rolled back."""
        with self._session("BEGIN IMMEDIATE") as session:
            driver: Any = session.connection().connection.driver_connection
            _insert(driver, self.rows)
            yield session
            session.flush()
            self.left = dump(driver)
            self.notes = {row[0] for row in driver.execute("SELECT error FROM attempt")}


def dump(driver: sqlite3.Connection) -> Rows:
    """The rows of the post, the delivery and the job."""
    return tuple(
        tuple(driver.execute(f"SELECT * FROM {name} ORDER BY id").fetchall())  # noqa: S608
        for name in TABLES
    )


def _insert(driver: sqlite3.Connection, rows: Rows) -> None:
    for name, found in zip(TABLES, rows, strict=True):
        for row in found:
            marks = ",".join("?" * len(row))
            driver.execute(f"INSERT INTO {name} VALUES ({marks})", row)  # noqa: S608


def column_names(driver: sqlite3.Connection) -> tuple[tuple[str, ...], ...]:
    """The names of the columns of each table, as `dump` has them."""
    return tuple(
        tuple(row[1] for row in driver.execute(f"PRAGMA table_info({name})")) for name in TABLES
    )
