"""Access to the database: short transactions that behave alike on SQLite and PostgreSQL.

SQLite: WAL, synchronous=FULL, `BEGIN IMMEDIATE` for writers, one write lock for each process
(threads wait here instead of retrying on SQLite's own lock), a busy timeout for other processes.
PostgreSQL: READ COMMITTED; the store takes row locks where order matters. A pooler that changes the
server between transactions may stand before it (models/engines.py).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeVar

from sqlalchemy import Connection, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from models.engines import open_engine

T = TypeVar("T")


class BrokenReferences(Exception):
    """A migration would have left rows with broken foreign keys; it was rolled back."""


class Database:
    """An engine and its two kinds of transaction."""

    def __init__(self, url: str) -> None:
        self.url: URL = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = open_engine(self.url)
        self._autocommit = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._write_lock: AbstractContextManager[Any] = (
            threading.Lock() if self.is_sqlite else nullcontext()
        )

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that commits when the block ends and rolls back when it raises."""
        with self._write_lock, self._session("BEGIN IMMEDIATE") as session:
            yield session
            session.commit()

    @contextmanager
    def migration_transaction(self) -> Iterator[Session]:
        """A write transaction in which tables may be recreated, as migrations do on SQLite.

        Foreign keys are checked at its end only, because a table that other tables refer to is
        missing while it is recreated. Raises BrokenReferences.
        """
        if not self.is_sqlite:
            with self.write() as session:
                yield session
            return
        with self._write_lock, self.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction
            try:
                with Session(bind=connection) as session:
                    yield session
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                    if broken:
                        raise BrokenReferences(f"rows refer to missing rows: {broken[:5]}")
                    session.commit()
            finally:
                driver.execute("PRAGMA foreign_keys=ON")

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A read transaction on one snapshot; all changes in it are rolled back.

        All its statements see the same instant, so that a post is never shown with deliveries of
        a later moment.
        """
        with self._session("BEGIN", "REPEATABLE READ") as session:
            yield session

    def query(self, run: Callable[[Connection], T]) -> T:
        """The result of one query, without a transaction: half of what `read` costs."""
        if self.is_sqlite:
            with self.read() as session:
                return run(session.connection())
        with self._autocommit.connect() as connection:
            return run(connection)

    @contextmanager
    def _session(self, sqlite_begin: str, isolation: str | None = None) -> Iterator[Session]:
        with self.engine.connect() as connection:
            if self.is_sqlite:
                connection.execution_options(sqlite_begin=sqlite_begin)
            elif isolation is not None:
                connection.execution_options(isolation_level=isolation)
            with Session(bind=connection, expire_on_commit=False) as session:
                yield session

    def ping(self) -> None:
        """Raise SQLAlchemy's OperationalError if the database does not answer."""
        with self.read() as session:
            session.connection().execute(text("SELECT 1"))

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


class PollingConnection:
    """Runs queries over one connection that stays open, each query without a transaction.

    If a query fails, its error is raised and the next query opens a new connection.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None

    def run(self, query: Callable[[Connection], T]) -> T:
        """The result of the query."""
        if self._database.is_sqlite:  # connecting is cheap; an old snapshot would be wrong
            with self._database.read() as session:
                return query(session.connection())
        if self._connection is None:
            options = {"isolation_level": "AUTOCOMMIT"}
            self._connection = self._database.engine.connect().execution_options(**options)
        try:
            return query(self._connection)
        except DBAPIError:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
