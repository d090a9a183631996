"""Which errors of the drivers mean that the database is away, and which are defects."""

import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from models.database_errors import away_reason, must_reconnect

AWAY = [
    *("25006", "25P03", "57P01", "57P02", "57P03", "57014", "53000", "53100", "53200"),
    *("53300", "08006", "08P01", "58030"),
]
DEFECTS = ["42P01", "42601", "23505", "22P02", "25P02", "0A000", "XX001", "42501"]


def wrapped(original: Exception) -> Exception:
    """The error as SQLAlchemy raises it."""
    wrapped: Exception = DBAPIError.instance("SELECT 1", {}, original, psycopg.Error, False)
    return wrapped


@pytest.mark.parametrize("state", AWAY)
def test_a_server_that_cannot_serve_is_away(state: str) -> None:
    """Read-only, shutting down, starting, full or unreachable: a later try may succeed."""
    assert away_reason(wrapped(psycopg.errors.lookup(state)("no\nservice"))) == "no service"


@pytest.mark.parametrize("state", DEFECTS)
def test_a_refused_statement_is_a_defect(state: str) -> None:
    """A wrong statement, broken data or a missing right: no retry helps, and none is promised."""
    assert away_reason(wrapped(psycopg.errors.lookup(state)("refused"))) is None


@pytest.mark.parametrize("state", AWAY)
def test_a_connection_is_dropped_where_another_may_write(state: str) -> None:
    """Of the errors after which a connection stays open, those of this one server."""
    error = psycopg.errors.lookup(state)("no")
    assert must_reconnect(error) == (state in ("25006", "25P03"))


def test_a_file_that_cannot_be_written_is_away_and_a_wrong_statement_is_not(
    tmp_path: Path,
) -> None:
    """SQLite: locked, read-only and full against a missing table."""
    path = tmp_path / "a.db"
    one, two = (sqlite3.connect(path, timeout=0, isolation_level=None) for _ in range(2))
    one.execute("CREATE TABLE a (b)")
    one.execute("BEGIN IMMEDIATE")
    reasons = [reason(two, "BEGIN IMMEDIATE"), reason(two, "SELECT * FROM missing")]
    one.execute("ROLLBACK")
    two.execute("PRAGMA query_only = ON")
    reasons.append(reason(two, "INSERT INTO a VALUES (1)"))
    one.execute("PRAGMA max_page_count = 2")
    reasons.append(reason(one, "INSERT INTO a VALUES (zeroblob(100000))"))
    one.close()
    two.close()
    assert reasons == [
        "database is locked",
        None,
        "attempt to write a readonly database",
        "database or disk is full",
    ]


def reason(connection: sqlite3.Connection, statement: str) -> str | None:
    """Why the database is away, by the error of this statement."""
    with pytest.raises(sqlite3.Error) as caught:
        connection.execute(statement)
    error = DBAPIError.instance(statement, {}, caught.value, sqlite3.Error, False)
    return away_reason(error)


def test_a_pool_without_a_free_connection_is_away_and_other_errors_are_not() -> None:
    """SQLAlchemy's own error for the pool, and a bug."""
    assert away_reason(NoConnectionFree("QueuePool limit")) == (
        "no connection to it was free in time"
    )
    assert away_reason(ZeroDivisionError("x")) is None
