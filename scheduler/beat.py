"""Celery beat with its queue slots in the database.

Beat's own entries (maintenance) stay in Celery's heap. The queue slots are beat entries too, but
they live in the database, where any number of beats share them. A tick:

1. opens every slot that is due: its firing, the firing's job and the rule's next slot are one
   transaction (`expand`);
2. hands due jobs to the broker (`hand_over`);
3. sleeps until the next due instant, or a tick at most.
"""

import logging
import os
import socket
import time
from datetime import datetime, timedelta
from typing import Any

from celery.beat import Scheduler
from sqlalchemy.exc import DBAPIError

from models.database import Database
from models.store import clock, heartbeats, jobs, queue_slots
from scheduler.expand import expand
from scheduler.handover import hand_over

log = logging.getLogger(__name__)
HEARTBEAT_INTERVAL = 5.0
# With work left over (a full window), look again after this (s).
SHORTEST_SLEEP = 0.05


class Ticker:
    """What a tick needs of the outside world: the database, the lead time, the longest sleep."""

    def __init__(self, database: Database, lead_time: timedelta, tick: float) -> None:
        self.database = database
        self.lead_time = lead_time
        self.tick = tick
        self.name = f"beat@{socket.gethostname()}:{os.getpid()}"
        self._last_heartbeat = float("-inf")

    def sleep(self) -> float:
        """Seconds until something is due, at most a tick."""
        with self.database.read() as session:
            now = clock.now(session)
            dues = [queue_slots.next_fire(session), jobs.next_wake(session)]
        return min([self.tick, *(self._until(due, now) for due in dues if due is not None)])

    @staticmethod
    def _until(due: datetime, now: datetime) -> float:
        return max((due - now).total_seconds(), SHORTEST_SLEEP)

    def say_alive(self) -> None:
        """Leave a heartbeat, now and then."""
        if time.monotonic() - self._last_heartbeat < HEARTBEAT_INTERVAL:
            return
        with self.database.write() as session:
            heartbeats.beat(session, self.name, "beat", clock.now(session))
        self._last_heartbeat = time.monotonic()


class QueueSlotScheduler(Scheduler):  # type: ignore[misc]  # Celery publishes no types
    """The scheduler class that `scheduler.app` gives to Celery, with its ticker bound."""

    ticker: Ticker

    def tick(self, *args: Any, **kwargs: Any) -> float:  # noqa: ANN401
        """One turn; returns how long to sleep (s). A database that is away costs a tick."""
        own: float = super().tick(*args, **kwargs)
        ticker = self.ticker
        try:
            ticker.say_alive()
            expand(ticker.database, ticker.lead_time)
            hand_over(ticker.database, self._send)
            return min(own, ticker.sleep())
        except DBAPIError as error:
            log.warning("the database does not answer (%s); trying again", error.orig)
            return ticker.tick

    def _send(self, task: str, job_ids: list[str]) -> None:
        self.app.send_task(task, args=[job_ids], ignore_result=True)

    def close(self) -> None:
        """Close the database with the rest."""
        super().close()
        self.ticker.database.close()

    @property
    def info(self) -> str:
        """What beat's banner says of us."""
        return f"    . queue slots -> {self.ticker.database.url.render_as_string()}"


def bound(ticker: Ticker) -> type[QueueSlotScheduler]:
    """The scheduler class for this ticker: Celery makes the instance, and passes only itself."""
    return type("QueueSlotScheduler", (QueueSlotScheduler,), {"ticker": ticker})
