"""A part of a process that must not end alone: the others would go on, and nobody would see it."""

import logging
import os
import signal
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)


class WatchedThread(threading.Thread):
    """Runs a part. Where it ends by itself, whatever the reason, the process ends as with SIGTERM,
    for a supervisor to start it again."""

    def __init__(self, name: str, part: Callable[[], object]) -> None:
        super().__init__(name=name, daemon=True)
        self._part, self._is_asked = part, threading.Event()

    def run(self) -> None:
        """Run the part."""
        try:
            self._part()
        finally:
            if not self._is_asked.is_set():
                log.critical("the %s has ended by itself: the process ends", self.name)
                os.kill(os.getpid(), signal.SIGTERM)

    def expect_end(self) -> None:
        """Call this before the part is asked to end."""
        self._is_asked.set()
