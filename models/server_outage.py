"""A server that a process needs, while it is away: said once, tried less and less often, and said
when it is back. Every process that waits for the database or the broker asks here.

Pure but for its log lines: the clock and the jitter are arguments. Threads may share one.
"""

import logging
import random
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)
# A command of the terminal has no log, and says itself what is wrong.
log.addHandler(logging.NullHandler())
# The longest pause after the first failure, doubled with each, and at most (s): so soon a server
# that is back is noticed.
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 5.0
# How often a server that stays away, or comes and goes, is spoken of (s).
REMINDER_INTERVAL = 60.0


def pause_after(
    failures: int,
    jitter: float,
    first: float = FIRST_PAUSE,
    longest: float = LONGEST_PAUSE,
) -> float:
    """Seconds before the next try, after so many failures in a row (1 or more). `jitter`: random,
    in [0, 1]; all of the pause is jitter, so that processes do not return at once."""
    return jitter * min(longest, first * 2.0 ** min(failures - 1, 30))


class ServerOutage:
    """What one process knows of one server. `server` and `problem` are the words of the log lines:
    "the broker" and "takes no messages"."""

    def __init__(
        self,
        server: str,
        problem: str,
        *,
        first_pause: float = FIRST_PAUSE,
        longest_pause: float = LONGEST_PAUSE,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._server, self._problem = server, problem
        self._first_pause, self._longest_pause = first_pause, longest_pause
        self._clock, self._jitter = clock, jitter
        self._lock = threading.Lock()
        self._since: float | None = None
        self._failures = 0
        self._next_try = self._silent_until = float("-inf")
        self._is_said = False

    @property
    def is_on(self) -> bool:
        """Whether the last try failed."""
        return self._since is not None

    def seconds_until_try(self) -> float:
        """How long to wait before the next try; 0 when it may be made now."""
        return max(0.0, self._next_try - self._clock()) if self.is_on else 0.0

    def note_failure(self, reason: str, waiting: Callable[[], str] | None = None) -> None:
        """A try failed. `waiting` adds what waits for the server, when there is a line to write."""
        with self._lock:
            is_line_due = self._count_failure()
        if is_line_due:
            rest = f"; {waiting()}" if waiting else ""
            log.warning("%s %s: %s%s", self._server, self._problem, " ".join(reason.split()), rest)

    def _count_failure(self) -> bool:
        """Plan the next try; returns whether this failure is to be said. Failures of others that
        were under way meanwhile make no pause longer."""
        now = self._clock()
        if self._since is None:
            self._since, self._failures, self._next_try = now, 0, now
        if now >= self._next_try:
            self._failures += 1
            pause = pause_after(
                self._failures, self._jitter(), self._first_pause, self._longest_pause
            )
            self._next_try = now + pause
        if now < self._silent_until:
            return False
        self._silent_until = now + REMINDER_INTERVAL
        self._is_said = True
        return True

    def note_success(self) -> None:
        """A try succeeded. It is said if the outage was."""
        if self._since is None:  # nearly always, and without the lock
            return
        with self._lock:
            since, self._since = self._since, None
            is_line_due, self._is_said = self._is_said, False
        if since is not None and is_line_due:
            log.warning("%s is back after %.0f s", self._server, self._clock() - since)
