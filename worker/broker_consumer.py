"""Celery's consumer, which waits for the broker as all processes wait for a server: it says once
that the broker is away, tries with growing pauses of a few seconds, and says that it is back.

Celery's own writes a line for each try, and tries every 30 s in the end.
"""

import time
from typing import Any

from celery.worker.consumer import Consumer
from celery.worker.state import maybe_shutdown
from kombu.exceptions import OperationalError

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
        self.outage.note_success()
        self.first_connection_attempt = False
        return conn

    def _try(self, conn: Any) -> bool:  # noqa: ANN401
        maybe_shutdown()
        try:
            conn.ensure_connection(max_retries=0)
        except (OperationalError, OSError) as error:
            self.outage.note_failure(str(error) or type(error).__name__)
            conn.maybe_switch_next()
            return False
        return True

    def on_connection_error_before_connected(self, exc: Exception) -> None:
        """The connection broke while it was being set up."""
        self._note_loss(exc)

    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """The connection was lost."""
        self._note_loss(exc)
        super().on_connection_error_after_connected(exc)

    def _note_loss(self, error: Exception) -> None:
        self.outage.note_failure(str(error) or type(error).__name__)
        _sleep(self.outage.seconds_until_try())


def consumer_class(outage: ServerOutage) -> type[BrokerConsumer]:
    """The consumer class with this outage: Celery creates the instance."""
    return type("BrokerConsumer", (BrokerConsumer,), {"outage": outage})


def _sleep(seconds: float) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        maybe_shutdown()
        time.sleep(min(left, SLEEP_STEP))
