"""Beat while the database is away: it goes on, says so in a line, and finds the new server."""

from datetime import timedelta

import pytest
from celery import Celery

from models.database import Database
from models.task_names import JobKind
from scheduler import beat as scheduler_beat
from scheduler.beat import Ticker, scheduler_class
from tests.integration.scheduler.test_dispatch import RecordingBroker, add_jobs
from tests.servers.read_only import demote_pool, read_only_server


def test_beat_waits_for_a_database_that_writes(
    postgres_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """A tick against a server that only reads is one line without a traceback; then it works."""
    ticker = Ticker(postgres_database, timedelta(days=1), 0.2)
    app = Celery("tests", broker="memory://localhost")
    beat = scheduler_class(ticker)(app=app, lazy=True)
    with read_only_server(postgres_database):
        assert beat.run_tick() == 0.2
    lines = [each for each in caplog.records if "read-only" in each.getMessage()]
    assert [(each.levelname, each.exc_info) for each in lines] == [("WARNING", None)]
    caplog.clear()
    beat.run_tick()
    assert not [each for each in caplog.records if "does not answer" in each.getMessage()]
    beat.close()


def test_beat_polls_the_new_server_after_a_failover(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection that it polls over is dropped with the others: it would show old work."""
    ticker = Ticker(postgres_database, timedelta(days=1), 0.2)
    broker = RecordingBroker()
    ticker.run(broker)
    polled = backend_of(ticker)
    (job,) = add_jobs(postgres_database, JobKind.POST, 1)
    demote_pool(postgres_database, 2)
    beat = scheduler_class(ticker)(app=Celery("tests", broker="memory://localhost"), lazy=True)
    monkeypatch.setattr(scheduler_beat, "CeleryBroker", lambda _app: broker)
    beat.run_tick()
    assert broker.ids() == []
    beat.run_tick()
    assert broker.ids() == [job]
    assert backend_of(ticker) != polled
    ticker.close()


def backend_of(ticker: Ticker) -> int:
    """The server process behind the connection that beat polls over."""
    (found,) = ticker._polling_connection.fetch_row("SELECT pg_backend_pid()")
    return int(found)
