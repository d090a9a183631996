"""Celery's consumer, which waits for the broker as all processes wait for a server: it says once
that the broker is away, tries with growing pauses of a few seconds, and says that it is back.

Celery's own writes a line for each try, and tries every 30 s in the end.
"""

import logging
import time
from typing import Any

from celery.worker.consumer import Consumer
from celery.worker.consumer.consumer import CONNECTION_RETRY
from celery.worker.state import maybe_shutdown
from kombu.exceptions import OperationalError

from models.away_causes import broker_reason
from models.server_outage import ServerOutage

# A worker that is to end does not sleep on for longer (s).
SLEEP_STEP = 0.5


class BrokerConsumer(Consumer):  # type: ignore[misc]  # Celery publishes no types
    """The consumer of one worker; `consumer_class` binds its outage."""

    outage: ServerOutage

    def ensure_connected(self, conn: Any) -> Any:  # noqa: ANN401
        """Connect, however long it takes; also to the next one of several brokers in the URL."""
        while not self._try(conn):
            _sleep(self.outage.seconds_until_try())
        self.first_connection_attempt = False
        return conn

    def _try(self, conn: Any) -> bool:  # noqa: ANN401
        maybe_shutdown()
        try:
            conn.ensure_connection(max_retries=0)
        except (OperationalError, OSError) as error:
            self.outage.note_failure(broker_reason(error))
            conn.maybe_switch_next()
            return False
        return True

    def on_ready(self) -> None:
        """Messages can come. A connection alone says little: a Redis that is full accepts it."""
        self.outage.note_success()
        super().on_ready()

    def on_connection_error_before_connected(self, exc: Exception) -> None:
        """The connection broke while it was being set up."""
        self._note_loss(exc)

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """The connection was lost, or answers with errors alone."""
        self._note_loss(exc)
        if self.task_consumer is not None:
            # Putting messages back would fail as well; beat sends them again.
            self.task_consumer.channel.do_restore = False
        super().on_connection_error_after_connected(exc)

    def _note_loss(self, error: Exception) -> None:
        self.outage.note_failure(broker_reason(error))
        _sleep(self.outage.seconds_until_try())


def consumer_class(outage: ServerOutage) -> type[BrokerConsumer]:
    """The consumer class with this outage: Celery creates the instance."""
    return type("BrokerConsumer", (BrokerConsumer,), {"outage": outage})


def is_no_loss_line(record: logging.LogRecord) -> bool:
    """Celery's own line for each loss is left out: the outage says it, once."""
    args = record.args
    return not (isinstance(args, tuple) and args and args[0] == CONNECTION_RETRY)


def _sleep(seconds: float) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        maybe_shutdown()
        time.sleep(min(left, SLEEP_STEP))
