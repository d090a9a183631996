"""Beat's query for due work: its plan, and the connection that it runs on."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from models.database import Database, PollingConnection
from models.database_errors import away_reason
from models.store.jobs.due_work import due_work_query, read_due_work
from tests.integration.store.row_factories import add_job

RESEND = timedelta(seconds=15)
INDEXES = ("ix_queue_slot_due", "ix_job_due")


@pytest.fixture
def polling(postgres_database: Database) -> Iterator[PollingConnection]:
    """A connection that polls PostgreSQL."""
    with closing(PollingConnection(postgres_database)) as connection:
        yield connection


def vacuum(database: Database) -> None:
    """Let PostgreSQL know that its tables are empty."""
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE job, queue_slot")


def test_the_plan_that_postgresql_keeps_uses_the_indexes(
    postgres_database: Database, polling: PollingConnection
) -> None:
    """Each part of the query reads the first entry of its index, although the statement was
    prepared while the tables were empty, when reading all of them seemed cheapest."""
    vacuum(postgres_database)
    for _ in range(10):
        read_due_work(polling, RESEND)
    (name,) = polling.fetch_row("SELECT name FROM pg_prepared_statements WHERE generic_plans > 1")
    plan = str(polling.fetch_row(f"EXPLAIN (FORMAT JSON) EXECUTE {name}"))
    assert "Seq Scan" not in plan
    assert "Sort" not in plan
    assert all(index in plan for index in INDEXES)


def test_sqlite_reads_the_indexes_too(sqlite_database: Database) -> None:
    """No table is scanned, and nothing is sorted."""
    explain = "EXPLAIN QUERY PLAN " + due_work_query("sqlite", RESEND)
    with sqlite_database.read() as session:
        steps = [row.detail for row in session.connection().exec_driver_sql(explain)]
    assert all(any(f"INDEX {index}" in step for step in steps) for index in INDEXES)
    assert not [step for step in steps if step in ("SCAN queue_slot", "SCAN job")]
    assert not [step for step in steps if "TEMP B-TREE" in step]


def test_a_query_sees_what_was_committed_before_it(database: Database) -> None:
    """The connection stays open, and keeps no snapshot of an earlier query."""
    with closing(PollingConnection(database)) as connection:
        assert read_due_work(connection, RESEND).next_wake is None
        add_job(database)
        assert read_due_work(connection, RESEND).has_due_job


def test_a_lost_connection_is_an_error_once(
    postgres_database: Database, polling: PollingConnection
) -> None:
    """The query on it raises SQLAlchemy's error for a database that is away; the next one opens
    another connection."""
    (backend,) = polling.fetch_row("SELECT pg_backend_pid()")
    with postgres_database.write() as session:
        session.connection().exec_driver_sql(f"SELECT pg_terminate_backend({backend})")
    with pytest.raises(OperationalError) as caught:
        read_due_work(polling, RESEND)
    assert away_reason(caught.value)
    assert read_due_work(polling, RESEND).next_wake is None
