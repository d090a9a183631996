"""Beat's own entry: pruning, once an hour, whatever becomes of the message."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from config.settings import load_settings
from models.database import Database
from models.task_names import PRUNE_TASK
from scheduler.app import HOUR, create_app
from worker.tasks import register


def beat(database: Database, broker: str) -> Any:  # noqa: ANN401  (Celery publishes no types)
    """Beat's scheduler over this database and broker."""
    url = database.url.render_as_string(hide_password=False)
    app = create_app(load_settings(database_url=url, broker_url=broker, secret_key="a secret"))
    return app.conf.beat_scheduler(app=app)


@pytest.fixture
def scheduler(sqlite_database: Database) -> Iterator[Any]:
    """Beat with a broker in memory."""
    found = beat(sqlite_database, "memory://")
    sent(found)  # of other tests: the memory is the process's
    yield found
    found.close()


def sent(scheduler: Any) -> list[str]:  # noqa: ANN401
    """The tasks of the messages that lie in the queue; they are taken out."""
    found: list[str] = []
    with scheduler.app.connection_for_write() as connection:
        queue = connection.SimpleQueue("slotbeat")
        while queue.qsize():
            message = queue.get(timeout=1)
            found.append(message.headers["task"])
            message.ack()
        queue.close()
    return found


def an_hour_later(scheduler: Any) -> None:  # noqa: ANN401
    """As if the last run were an hour ago."""
    scheduler.schedule[PRUNE_TASK].last_run_at -= timedelta(seconds=HOUR + 1)


def test_pruning_is_sent_once_an_hour(scheduler: Any) -> None:  # noqa: ANN401
    """Not at the start, once when the hour is over, and not again in the next tick. The worker
    has a task of this name."""
    scheduler.tick()
    assert sent(scheduler) == []
    scheduler._heap = None
    an_hour_later(scheduler)
    for _ in range(3):
        scheduler.tick()
    assert sent(scheduler) == [PRUNE_TASK]
    runs: list[bool] = []
    register(scheduler.app, len, lambda: runs.append(True))
    scheduler.app.tasks[PRUNE_TASK]()
    assert runs == [True]


def test_a_broker_that_is_away_does_not_hold_the_tick(sqlite_database: Database) -> None:
    """The message is lost, beat goes on: it would else neither open slots nor say that it lives."""
    scheduler = beat(sqlite_database, "redis://127.0.0.1:1/0")
    an_hour_later(scheduler)
    scheduler.tick()
    with sqlite_database.read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM heartbeat").scalar() == 1
    scheduler.close()
