"""A beat sees that the database's clock was set back, also where no heartbeat shows it."""

from datetime import timedelta
from typing import Any

import pytest

from models.database import Database
from models.store.jobs import due_work
from scheduler.beat import Ticker
from tests.integration.store import row_factories
from tests.integration.store.row_factories import read_job

DAY = timedelta(days=1)


def test_a_beat_mends_what_waits(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its tick read the clock a day ahead, for less than a heartbeat's interval: after the next
    one, what was put off to that day is due."""
    now = row_factories.now(sqlite_database)
    (job,) = row_factories.add_jobs(sqlite_database, [now + DAY + timedelta(seconds=30)])
    ticker = Ticker(sqlite_database, DAY, max_sleep=1.0)
    nothing_is_sent: Any = None
    for shift in (DAY, timedelta(0)):
        offset = f"'now', '{shift.total_seconds()} seconds'"
        clocks = tuple(each.replace("'now'", offset) for each in due_work.CLOCKS["sqlite"])
        with monkeypatch.context() as changed:
            changed.setitem(due_work.CLOCKS, "sqlite", clocks)
            due_work.due_work_query.cache_clear()
            ticker.run(nothing_is_sent)
    due_work.due_work_query.cache_clear()
    woken = read_job(sqlite_database, job)
    assert (woken.version, woken.wake_at < now + DAY) == (1, True)
    ticker.close()
