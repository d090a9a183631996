"""The Celery beat scheduler with queue slots in the database.

Maintenance entries stay in Celery's heap. The queue slots are beat entries too, but in the
database, where any number of beats share them. A tick:

1. checks, in one statement, whether anything is due;
2. opens every slot that is due: its firing, the firing's job and the rule's next slot are one
   transaction (`expand`);
3. sends the ids of due jobs to the broker (`dispatch`), unless it is away (`broker`);
4. sleeps until the next due instant, at most `SLOTBEAT_TICK`, or until a change is announced.
"""

import logging
import os
import socket
import time
from datetime import datetime, timedelta
from typing import Any

from celery.beat import Scheduler, SchedulingError

from models.beat_listener import BeatListener
from models.database import Database, PollingConnection
from models.database_errors import DATABASE_ERRORS, away_reason
from models.store import clock, clock_set_back
from models.store.clock_set_back import LEAST_STEP
from models.store.jobs import heartbeats
from models.store.jobs.due_work import DueWork, read_due_work
from scheduler.broker import Broker, BrokerDispatch, CeleryBroker
from scheduler.dispatch import RESEND_AFTER, WINDOW
from scheduler.expand import expand_due_rules
from scheduler.metrics import BeatMetrics

log = logging.getLogger(__name__)
HEARTBEAT_INTERVAL = 5.0
# The sleep when work is left (a full window) (s).
MIN_SLEEP = 0.05


class Ticker:
    """Runs the ticks of one beat. `max_sleep` is in seconds; `window`: see `dispatch`."""

    def __init__(
        self, database: Database, lead_time: timedelta, max_sleep: float, window: int = WINDOW
    ) -> None:
        self.database = database
        self.max_sleep = max_sleep
        self.name = f"beat@{socket.gethostname()}:{os.getpid()}"
        self._lead_time = lead_time
        self.dispatch = BrokerDispatch(database, window)
        self._polling_connection = PollingConnection(database)
        self._listener = BeatListener(database)
        self._last_heartbeat = float("-inf")
        self._latest_now: datetime | None = None
        self.metrics = BeatMetrics()
        self.metrics.add_broker(self.dispatch.outage)

    def run(self, broker: Broker) -> float:
        """One tick: open due slots, dispatch due jobs; returns how long to sleep (s)."""
        self._record_heartbeat()
        with self.metrics.ticks.time():
            return self._run(broker)

    def _run(self, broker: Broker) -> float:
        due_work = self._find_due()
        if due_work.has_due_rule:
            self.metrics.firings.inc(expand_due_rules(self.database, self._lead_time))
        has_due_job = due_work.has_due_rule or due_work.has_due_job
        if self.dispatch.run(broker, has_due_job=has_due_job):
            due_work = self._find_due()
        return self._next_sleep(due_work)

    def _find_due(self) -> DueWork:
        due_work = read_due_work(self._polling_connection, RESEND_AFTER)
        latest = self._latest_now or due_work.now
        if latest - due_work.now > LEAST_STEP:
            with self.database.write() as session:
                clock_set_back.mend(session, clock.now(session), latest)
        self._latest_now = due_work.now
        return due_work

    def _next_sleep(self, due_work: DueWork) -> float:
        outage = self.dispatch.outage
        # A due job is no reason to hurry while nothing takes it.
        next_wake = None if outage.is_on else due_work.next_wake
        dues = [due for due in (due_work.next_fire, next_wake) if due is not None]
        waits = [(due - due_work.now).total_seconds() for due in dues]
        if outage.is_on:
            waits.append(outage.seconds_until_try())
        return min([self.max_sleep, *(max(wait, MIN_SLEEP) for wait in waits)])

    def _record_heartbeat(self) -> None:
        if time.monotonic() - self._last_heartbeat < HEARTBEAT_INTERVAL:
            return
        families = self.metrics.families()
        with self.database.write() as session:
            heartbeats.record(session, self.name, "beat", clock.now(session), families)
        self._last_heartbeat = time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleep so long, or until another process announces a change."""
        self._listener.sleep(seconds)

    def reconnect(self) -> None:
        """Use new connections: after a failover the old ones may lead to the old server."""
        self._polling_connection.close()
        self._listener.close()

    def close(self) -> None:
        """Close the connections."""
        self.reconnect()
        self.database.close()


class QueueSlotScheduler(Scheduler):  # type: ignore[misc]  # Celery publishes no types
    """The scheduler that Celery runs; `scheduler_class` binds its ticker."""

    ticker: Ticker
    # Celery's own producer waits for the broker without a limit, and every tick would wait with it.
    producer = None

    def tick(self, *args: Any, **kwargs: Any) -> float:  # noqa: ANN401
        """One tick and the sleep after it; returns 0: Celery's own sleep cannot be ended early."""
        self.ticker.sleep(self.run_tick(*args, **kwargs))
        return 0

    def run_tick(self, *args: Any, **kwargs: Any) -> float:  # noqa: ANN401
        """One tick; returns how long to sleep (s), longer and longer without a database."""
        own = self._send_maintenance(*args, **kwargs)
        try:
            return min(own, self.ticker.run(CeleryBroker(self.app)))
        except DATABASE_ERRORS as error:
            self.ticker.reconnect()
            if away_reason(error) is None:
                log.exception("the database refuses a statement; trying again")
            return max(self.ticker.max_sleep, self.ticker.database.outage.seconds_until_try())

    def _send_maintenance(self, *args: Any, **kwargs: Any) -> float:  # noqa: ANN401
        """Celery's own tick. What is due while the broker is away is sent when it is back."""
        if self.ticker.dispatch.outage.is_on:
            return self.ticker.max_sleep
        seconds: float = super().tick(*args, **kwargs)
        return seconds

    def apply_entry(self, entry: Any, producer: Any = None) -> None:  # noqa: ANN401
        """Send a maintenance task. Without a broker it is sent at the entry's next time."""
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except SchedulingError as error:
            self.ticker.dispatch.note_failure(error)

    def close(self) -> None:
        """Close the scheduler and the database."""
        super().close()
        self.ticker.close()

    @property
    def info(self) -> str:
        """The line about queue slots in beat's start banner."""
        return f"    . queue slots -> {self.ticker.database.url.render_as_string()}"


def scheduler_class(ticker: Ticker) -> type[QueueSlotScheduler]:
    """The scheduler class with this ticker: Celery creates the instance with its app alone."""
    return type("QueueSlotScheduler", (QueueSlotScheduler,), {"ticker": ticker})
