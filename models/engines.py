"""Creates the engines, and prepares each new connection to PostgreSQL or SQLite."""

import select
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import InvalidatePoolError

from models.database_errors import must_reconnect
from models.private_files import PRIVATE_FOLDER, make_private

BUSY_TIMEOUT_MS = 30_000
POOL_SIZE = 10
# Our transactions do no other I/O, so a session that stays idle in one belongs to a frozen process.
IDLE_IN_TRANSACTION_MS = 10_000
# Detects a dead server or network within 30 s. Units: seconds, seconds, count, milliseconds. The
# name shows who holds the server's connections (pg_stat_activity).
CONNECT_OPTIONS = {
    "fallback_application_name": "slotbeat",
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
# The key of a connection's `info`: a pooler is between us and the server.
IS_POOLED = "is_pooled"


def open_engine(url: URL) -> Engine:
    """An engine for this URL. A pool whose server only reads connects anew."""
    return _sqlite_engine(url) if url.get_backend_name() == "sqlite" else _postgres_engine(url)


def _leave_read_only_server(context: ExceptionContext) -> None:
    """After a failover the pool's connections may lead to the old server, which still answers."""
    if must_reconnect(context.original_exception):
        context.is_disconnect = True


def _postgres_engine(url: URL) -> Engine:
    # hide_parameters: errors are logged, and row values are private data.
    engine = create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        hide_parameters=True,
        connect_args=CONNECT_OPTIONS,
    )
    event.listen(engine, "checkout", _replace_ended_connection)
    event.listen(engine, "connect", _prepare_postgres)
    event.listen(engine, "begin", _limit_pooled_transaction)
    event.listen(engine, "handle_error", _leave_read_only_server)
    return engine


def _replace_ended_connection(connection: Any, _record: object, _proxy: object) -> None:  # noqa: ANN401
    """After a server restart, reconnect instead of failing a job. A server says something to a
    connection without a query when it ends it; SQLAlchemy's pre-ping would ask it each time."""
    if connection.closed or _has_news(connection.fileno()):
        raise InvalidatePoolError


def _has_news(socket: int) -> bool:
    poll = select.poll()  # select() cannot watch a descriptor above 1023
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))


def _prepare_postgres(connection: Any, record: Any) -> None:  # noqa: ANN401
    """A process that freezes inside a transaction must not lock its rows for ever.

    A pooler answers the connection with a process id of its own. Behind one, what is prepared or
    set in a session would stay on a server connection that others get: there nothing is prepared,
    and each transaction has the limit of its own (docs/decisions/0033).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (server_pid,) = cursor.fetchone()
        record.info[IS_POOLED] = server_pid != connection.info.backend_pid
        if record.info[IS_POOLED]:
            connection.prepare_threshold = None
        else:
            cursor.execute(f"SET idle_in_transaction_session_timeout = {IDLE_IN_TRANSACTION_MS}")
    connection.commit()


def _limit_pooled_transaction(connection: Connection) -> None:
    is_autocommit = connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
    if connection.info.get(IS_POOLED) and not is_autocommit:
        limit = f"SET LOCAL idle_in_transaction_session_timeout = {IDLE_IN_TRANSACTION_MS}"
        connection.exec_driver_sql(limit)


def _sqlite_engine(url: URL) -> Engine:
    arguments = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    engine = create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        hide_parameters=True,
        connect_args=arguments,
    )
    if url.database and url.database != ":memory:":
        path = Path(url.database)
        path.parent.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
        # Before each connection: SQLite would create the file with the rights of the umask.
        event.listen(engine, "do_connect", lambda *_: make_private(path))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we send BEGIN ourselves
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    # SQLite's own lower() handles ASCII only; a search must find Ü as PostgreSQL does.
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(value: Any) -> Any:  # noqa: ANN401
    return value.lower() if isinstance(value, str) else value


def _begin_sqlite(connection: Any) -> None:  # noqa: ANN401
    begin = connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE")
    connection.exec_driver_sql(begin)
