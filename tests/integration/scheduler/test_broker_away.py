"""A beat whose broker is away: it waits, writes nothing to the database, and says so once."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from models.database import Database
from models.server_outage import LONGEST_PAUSE, ServerOutage
from models.task_names import JobKind
from scheduler.beat import Ticker
from tests.integration.scheduler.test_dispatch import RecordingBroker, add_jobs

MAX_SLEEP = 60.0


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The clock of the pauses."""
    return Clock()


@pytest.fixture
def ticker(database: Database, clock: Clock) -> Iterator[Ticker]:
    """A beat's ticker, with the longest pauses."""
    with closing(Ticker(database, timedelta(days=1), MAX_SLEEP)) as ticker:
        outage = ServerOutage("the broker", "takes no messages", clock=clock, jitter=lambda: 1.0)
        ticker.dispatch.outage = outage
        yield ticker


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the beat said about the broker."""
    return [each.message for each in caplog.records if "the broker" in each.message]


def test_a_broker_that_is_away_costs_no_transaction(
    database: Database, ticker: Ticker, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """Jobs are marked and unmarked once. Then beat asks for a connection alone, less and less, and
    sends everything when it gets one."""
    ids = add_jobs(database, JobKind.POST, 40)
    broker = RecordingBroker(takes=0)
    ticker.run(broker)
    statements: list[Any] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: statements.append(given))
    sleeps = []
    for _ in range(8):
        sleeps.append(ticker.run(broker))
        clock.now += sleeps[-1]
    assert (statements, broker.checks) == ([], 7)
    assert sleeps == sorted(sleeps)
    assert sleeps[-1] == LONGEST_PAUSE
    assert said(caplog) == ["the broker takes no messages: connection refused; 40 posts wait"]
    broker.takes = 10
    ticker.run(broker)
    assert broker.ids() == sorted(ids)
    assert said(caplog)[1:] == [f"the broker is back after {clock.now:.0f} s"]


def test_a_broker_is_back_also_where_nothing_is_due(
    database: Database, ticker: Ticker, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """Another beat may have sent everything; this one says that the broker is back all the same."""
    add_jobs(database, JobKind.POST, 1)
    broker = RecordingBroker(takes=0)
    ticker.run(broker)
    other = RecordingBroker()
    with closing(Ticker(database, timedelta(days=1), MAX_SLEEP)) as other_ticker:
        other_ticker.run(other)
    broker.takes = 10
    clock.now += LONGEST_PAUSE
    ticker.run(broker)
    assert len(other.messages) == 1
    assert (broker.messages, ticker.dispatch.outage.is_on) == ([], False)
    assert said(caplog)[-1] == "the broker is back after 5 s"


def test_a_broker_that_connects_and_takes_nothing_is_away(
    database: Database, ticker: Ticker, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """A Redis without memory answers: only a message that it takes ends the outage, and the pauses
    grow meanwhile."""
    add_jobs(database, JobKind.POST, 1)
    broker = RecordingBroker(takes=0)
    broker.check = lambda: None  # type: ignore[method-assign]
    sleeps = []
    for _ in range(6):
        sleeps.append(ticker.run(broker))
        clock.now += sleeps[-1]
    assert sleeps == [0.5, 1, 2, 4, 5, 5]
    assert len(said(caplog)) == 1
