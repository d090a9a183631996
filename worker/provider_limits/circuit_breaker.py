"""Is a provider there, and how much of it? Pure: what came of calls goes in, with the time (s)."""

import math

# So many failures in a row, with no answer in between, are an outage...
MIN_FAILURES = 5
# ...and so many where nothing was answered since the last pause.
PROBE_FAILURES = 2
# One post that the provider chokes on is no outage.
MIN_SUBJECTS = 2
FIRST_OPEN_SECONDS = 1.0
MAX_OPEN_SECONDS = 60.0


class CircuitBreaker:
    """One workspace's provider, as the calls of this process found it.

    `window` is how many calls it may get at once: 1 after a start and after each pause, one more
    with each answer, half as many with each failure. `era` counts the pauses: a call that was
    sent before one says nothing about the time after it.
    """

    def __init__(self) -> None:
        self.window = 1
        self.generation = 0
        self._open_until = -math.inf
        self._consecutive_opens = 0
        self._failed_subjects: list[str] = []

    def seconds_until_closed(self, now: float) -> float:
        """Seconds until calls may be sent again; 0 when they may be now."""
        return max(0.0, self._open_until - now)

    def record_success(self, generation: int, max_window: int) -> None:
        """The provider answered, if only with a refusal. The window grows, up to `most`."""
        if generation == self.generation:
            self._failed_subjects.clear()
            self._consecutive_opens = 0
            self.window = max(1, min(self.window + 1, max_window))

    def record_failure(self, generation: int, subject: str, now: float, jitter: float) -> bool:
        """A call about `subject` found no provider; True when that made it an outage."""
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
        """Send nothing before `until`; a later end stays. After it, the window begins at 1."""
        self._open_until = max(self._open_until, until)
        self.generation += 1
        self.window = 1
        self._failed_subjects.clear()


def open_seconds(consecutive_opens: int, jitter: float) -> float:
    """Seconds to leave a provider alone that did not come back after `before` pauses.

    The upper half is jitter: no two workers come back as one, and none at once.
    """
    longest = min(MAX_OPEN_SECONDS, math.ldexp(FIRST_OPEN_SECONDS, min(consecutive_opens, 30)))
    return longest * (1 + jitter) / 2
