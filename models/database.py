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

from models.beat_wakeup import send_wakeup
from models.database_errors import DATABASE_ERRORS, away_report
from models.engines import IS_POOLED, open_engine
from models.server_outage import ServerOutage

T = TypeVar("T")


class BrokenReferences(Exception):
    """A migration would have left rows with broken foreign keys; it was rolled back."""


class Database:
    """An engine and its two kinds of transaction."""

    def __init__(self, url: str) -> None:
        self.url: URL = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = open_engine(self.url)
        self.outage = ServerOutage("the database", "does not answer")
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
            send_wakeup(session)

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
        with self.watch(), self._autocommit.connect() as connection:
            return run(connection)

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Say once that the database is away, where this block finds it so, and when it is back.

        Callers handle the error that is raised, and need not log it.
        """
        try:
            yield
        except DATABASE_ERRORS as error:
            if (reason := away_report(error)) is not None:
                self.outage.note_failure(reason)
            raise
        self.outage.note_success()

    @contextmanager
    def _session(self, sqlite_begin: str, isolation: str | None = None) -> Iterator[Session]:
        with self.watch(), self.engine.connect() as connection:
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
    """Runs a query again and again over a connection that stays open, without a transaction.

    It asks the driver: the way through SQLAlchemy takes more CPU than all the rest of the query.
    After a query that failed, the next one opens a new connection.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.dialect = database.engine.dialect.name
        self._connection: Connection | None = None
        self._cursor: Any = None

    def fetch_row(self, query: str) -> tuple[Any, ...]:
        """The only row of the query's result; raises SQLAlchemy's DBAPIError."""
        with self._database.watch():
            return self._fetch_row(query)

    def _fetch_row(self, query: str) -> tuple[Any, ...]:
        dialect = self._database.engine.dialect
        driver_error = dialect.loaded_dbapi.Error
        try:
            if self._connection is None:
                self._open()
            (row,) = self._cursor.execute(query).fetchall()
        except driver_error as error:
            self.close()
            raise DBAPIError.instance(query, (), error, driver_error, dialect=dialect) from error
        return tuple(row)

    def _open(self) -> None:
        connection = self._database.engine.connect()
        self._connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        self._cursor = connection.connection.cursor()
        if self.dialect == "postgresql" and not connection.info[IS_POOLED]:
            # A prepared statement keeps its plan: planned while a table was empty, it would read
            # all of what comes later, instead of the first entry of an index.
            self._cursor.execute("SET enable_seqscan = off")

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
