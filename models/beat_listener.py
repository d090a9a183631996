"""Beat's sleep, which ends early when another process announces a change (models/beat_wakeup.py).

On SQLite, behind a pooler, and while the connection is lost, it is a plain sleep.
"""

import logging
import time
from multiprocessing.connection import wait
from typing import Any

from psycopg import Error
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from models.beat_wakeup import CHANNEL
from models.database import Database
from models.engines import IS_POOLED

log = logging.getLogger(__name__)
# The shortest sleep (s): after a lone change, and for each more that was announced with it. Above
# four changes a second they share ticks and messages, which otherwise cost more than the work.
MIN_SLEEP = 0.01
SLEEP_PER_CHANGE = 0.25
# The pause before the connection is opened again (s): the first, doubled up to the longest.
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0


class BeatListener:
    """Sleeps, and listens on a connection of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._is_possible = not database.is_sqlite
        self._connection: Connection | None = None
        self._changes = 0  # announced since the sleep before
        self._pause = FIRST_PAUSE
        self._next_try = float("-inf")

    def sleep(self, seconds: float) -> None:
        """Sleep so long, or until a change is announced."""
        shortest = min(seconds, max(MIN_SLEEP, SLEEP_PER_CHANGE * (self._changes - 1)))
        time.sleep(shortest)
        self._changes = 0
        if self._connection is None and self._is_possible and time.monotonic() >= self._next_try:
            self._open()
        if self._connection is None:
            time.sleep(seconds - shortest)
        else:
            self._wait(self._connection.connection.driver_connection, seconds - shortest)

    def _wait(self, driver: Any, seconds: float) -> None:  # noqa: ANN401
        try:
            if wait([driver], seconds):
                self._changes = sum(1 for _ in driver.notifies(timeout=0))
        except Error as error:
            self._report_loss(error)
        if self._changes and self._pause > FIRST_PAUSE:
            log.info("changes are announced again")
            self._pause = FIRST_PAUSE

    def _open(self) -> None:
        try:
            self._connection = self._database.engine.connect()
            if self._connection.info[IS_POOLED]:
                log.info("a pooler announces no changes: they take effect at the next tick")
                self._is_possible = False
                self.close()
                return
            self._connection.execution_options(isolation_level="AUTOCOMMIT")
            self._connection.exec_driver_sql(f"LISTEN {CHANNEL}")
        except SQLAlchemyError as error:
            self._report_loss(error)

    def _report_loss(self, error: Exception) -> None:
        if self._pause == FIRST_PAUSE:
            reason = " ".join(str(error).split())
            log.warning("changes are not announced (%s): they take effect at the next tick", reason)
        self.close()
        self._next_try = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def close(self) -> None:
        """Close the connection; the next sleep opens another."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
