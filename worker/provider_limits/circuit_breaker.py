"""A circuit breaker, and the window of concurrent calls. Pure: times are arguments, in seconds.

While the breaker is open, no calls are sent. It closes by itself when its time is over. There is no
half-open state: after that time the window is 1, and a few failures open the breaker again.
"""

import math

# This many failures in a row, without a success between them, open the breaker.
MIN_FAILURES = 5
# The same, when there was no success since the breaker was open.
PROBE_FAILURES = 2
# The failures must be about different subjects: one bad post is no outage.
MIN_SUBJECTS = 2
FIRST_OPEN_SECONDS = 1.0
MAX_OPEN_SECONDS = 60.0


class CircuitBreaker:
    """The breaker of one connection's provider, in this process.

    `window`: how many calls may be in flight. It is 1 at the start and each time the breaker
    opens; a success adds 1, a failure halves it. `generation` counts the openings: the result of a
    call that was sent before an opening says nothing about the time after it.
    """

    def __init__(self) -> None:
        self.window = 1
        self.generation = 0
        self._open_until = -math.inf
        self._consecutive_opens = 0
        self._failed_subjects: list[str] = []

    def seconds_until_closed(self, now: float) -> float:
        """Seconds until the breaker closes and calls may be sent again; 0 when it is closed."""
        return max(0.0, self._open_until - now)

    def record_success(self, generation: int, max_window: int) -> bool:
        """The provider answered, even if it refused. The window grows, up to `max_window`. Returns
        whether the call was sent after the latest opening."""
        if generation != self.generation:
            return False
        self._failed_subjects.clear()
        self._consecutive_opens = 0
        self.window = max(1, min(self.window + 1, max_window))
        return True

    def record_failure(self, generation: int, subject: str, now: float, jitter: float) -> bool:
        """A call about `subject` got no answer; returns True when this opened the breaker."""
        if generation != self.generation:
            return False
        self._failed_subjects.append(subject)
        self.window = max(1, self.window // 2)
        needed = PROBE_FAILURES if self._consecutive_opens else MIN_FAILURES
        if len(self._failed_subjects) < needed or len(set(self._failed_subjects)) < MIN_SUBJECTS:
            return False
        self.open(now + open_seconds(self._consecutive_opens, jitter))
        self._consecutive_opens += 1
        return True

    def open(self, until: float) -> None:
        """Open the breaker: send nothing before `until`. An end that is later already stays."""
        self._open_until = max(self._open_until, until)
        self.generation += 1
        self.window = 1
        self._failed_subjects.clear()


def open_seconds(consecutive_opens: int, jitter: float) -> float:
    """Seconds that the breaker stays open, after it opened `consecutive_opens` times without a
    success between.

    Half of the maximum, plus jitter of up to the other half, so that workers do not return at once.
    """
    max_seconds = min(MAX_OPEN_SECONDS, math.ldexp(FIRST_OPEN_SECONDS, min(consecutive_opens, 30)))
    return max_seconds * (1 + jitter) / 2
