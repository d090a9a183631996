"""The pool after a failover: connections to the old server still answer, and only read."""

import pytest
from sqlalchemy.exc import InternalError

from models.database import Database
from models.database_errors import away_reason
from tests.integration.scheduler.queue_factories import add_organization
from tests.servers.read_only import demote_pool
from tests.wait import wait_until


def test_the_pool_leaves_a_server_that_only_reads(postgres_database: Database) -> None:
    """One write fails, and the next finds the new server, however many connections were open."""
    demote_pool(postgres_database, 5)
    with pytest.raises(InternalError) as caught:
        add_organization(postgres_database)
    assert "read-only transaction" in (away_reason(caught.value) or "")
    for _ in range(5):
        add_organization(postgres_database)


def test_connections_that_the_server_has_ended_are_replaced(postgres_database: Database) -> None:
    """After a server has ended all connections of the pool, no statement fails."""
    engine = postgres_database.engine
    with engine.connect() as one, engine.connect() as other:
        ended = [each.exec_driver_sql("SELECT pg_backend_pid()").scalar() for each in (one, other)]
    watcher = Database(postgres_database.url.render_as_string(hide_password=False))
    pids = ", ".join(map(str, ended))
    end = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid IN ({pids})"  # noqa: S608
    wait_until(lambda: not watcher.query(lambda link: link.exec_driver_sql(end).all()))
    watcher.close()
    with engine.connect() as one, engine.connect() as other:
        new = [each.exec_driver_sql("SELECT pg_backend_pid()").scalar() for each in (one, other)]
    assert not {*new} & {*ended}


def test_one_server_before_us_is_no_pooler(postgres_database: Database) -> None:
    """A direct connection has the limit for idle transactions in its session, and is not taken for
    a pooler's: there each transaction would have one statement more."""
    with postgres_database.engine.connect() as connection:
        shown = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar()
        assert shown == "10s"
        connection.rollback()
        assert not connection.info["is_pooled"]
