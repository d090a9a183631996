"""Beat while the database is away: it goes on, says so in a line, and finds the new server."""

from datetime import timedelta

import pytest
from celery import Celery

from models.database import Database
from models.server_outage import ServerOutage
from models.task_names import JobKind
from scheduler import beat as scheduler_beat
from scheduler.beat import Ticker, scheduler_class
from tests.integration.scheduler.test_dispatch import RecordingBroker, add_jobs
from tests.servers.read_only import demote_pool, read_only_server


def test_beat_waits_for_a_database_that_writes(
    postgres_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Against a server that only reads, ticks come less and less; that is one line without a
    traceback. Then it works, and says so."""
    now = [0.0]
    postgres_database.outage = ServerOutage(
        "the database", "does not answer", clock=lambda: now[0], jitter=lambda: 1.0
    )
    ticker = Ticker(postgres_database, timedelta(days=1), 0.2)
    app = Celery("tests", broker="memory://localhost")
    beat = scheduler_class(ticker)(app=app, lazy=True)
    sleeps = []
    with read_only_server(postgres_database):
        for _ in range(3):
            sleeps.append(beat.run_tick())
            now[0] += sleeps[-1]
    assert sleeps == [0.5, 1, 2]
    lines = [each for each in caplog.records if "read-only" in each.getMessage()]
    assert [(each.levelname, each.exc_info) for each in lines] == [("WARNING", None)]
    caplog.clear()
    beat.run_tick()
    assert [each.message for each in caplog.records] == ["the database is back after 4 s"]
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
