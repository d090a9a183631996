"""Beat's maintenance entry: pruning is sent once an hour, also after a lost message."""

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
    """Beat's scheduler with this database and broker."""
    url = database.url.render_as_string(hide_password=False)
    app = create_app(load_settings(database_url=url, broker_url=broker, secret_key="s" * 16))
    return app.conf.beat_scheduler(app=app)


@pytest.fixture
def scheduler(sqlite_database: Database) -> Iterator[Any]:
    """Beat with a broker in memory."""
    created = beat(sqlite_database, "memory://")
    sent(created)  # removes messages of other tests: all share the process's memory
    yield created
    created.close()


def sent(scheduler: Any) -> list[str]:  # noqa: ANN401
    """Remove the messages in the queue; returns their task names."""
    names: list[str] = []
    with scheduler.app.connection_for_write() as connection:
        queue = connection.SimpleQueue("slotbeat")
        while queue.qsize():
            message = queue.get(timeout=1)
            names.append(message.headers["task"])
            message.ack()
        queue.close()
    return names


def an_hour_later(scheduler: Any) -> None:  # noqa: ANN401
    """Set the last run to more than an hour ago."""
    scheduler.schedule[PRUNE_TASK].last_run_at -= timedelta(seconds=HOUR + 1)


def test_pruning_is_sent_once_an_hour(scheduler: Any) -> None:  # noqa: ANN401
    """Not at the start, once after an hour, and not again in the next tick. The worker has a task
    of this name."""
    scheduler.run_tick()
    assert sent(scheduler) == []
    scheduler._heap = None
    an_hour_later(scheduler)
    for _ in range(3):
        scheduler.run_tick()
    assert sent(scheduler) == [PRUNE_TASK]
    runs: list[bool] = []
    register(scheduler.app, len, lambda: runs.append(True))
    scheduler.app.tasks[PRUNE_TASK]()
    assert runs == [True]


def test_a_broker_that_is_down_does_not_block_the_tick(sqlite_database: Database) -> None:
    """The message is lost and beat continues; otherwise it would open no slots and send no
    heartbeat."""
    scheduler = beat(sqlite_database, "redis://127.0.0.1:1/0")
    an_hour_later(scheduler)
    scheduler.run_tick()
    with sqlite_database.read() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM heartbeat").scalar() == 1
    scheduler.close()
