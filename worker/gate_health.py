"""Is a provider there, and how much of it? Pure: what came of calls goes in, with the time (s)."""

import math

# So many failures in a row, with no answer in between, are an outage...
FAILURES = 5
# ...and so many where nothing was answered since the last pause.
PROBES = 2
# One post that the provider chokes on is no outage.
SUBJECTS = 2
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0


class Health:
    """One workspace's provider, as the calls of this process found it.

    `window` is how many calls it may get at once: 1 after a start and after each pause, one more
    with each answer, half as many with each failure. `era` counts the pauses: a call that was
    sent before one says nothing about the time after it.
    """

    def __init__(self) -> None:
        self.window = 1
        self.era = 0
        self._closed_until = -math.inf
        self._pauses = 0
        self._failed: list[str] = []

    def remaining(self, now: float) -> float:
        """Seconds until calls may be sent again; 0 when they may be now."""
        return max(0.0, self._closed_until - now)

    def answered(self, era: int, most: int) -> None:
        """The provider answered, if only with a refusal. The window grows, up to `most`."""
        if era == self.era:
            self._failed.clear()
            self._pauses = 0
            self.window = max(1, min(self.window + 1, most))

    def failed(self, era: int, subject: str, now: float, draw: float) -> bool:
        """A call about `subject` found no provider; True when that made it an outage."""
        if era != self.era:
            return False
        self._failed.append(subject)
        self.window = max(1, self.window // 2)
        enough = PROBES if self._pauses else FAILURES
        if len(self._failed) < enough or len(set(self._failed)) < SUBJECTS:
            return False
        self.close(now + pause(self._pauses, draw))
        self._pauses += 1
        return True

    def close(self, until: float) -> None:
        """Send nothing before `until`; a later end stays. After it, the window begins at 1."""
        self._closed_until = max(self._closed_until, until)
        self.era += 1
        self.window = 1
        self._failed.clear()


def pause(before: int, draw: float) -> float:
    """Seconds to leave a provider alone that did not come back after `before` pauses.

    The upper half is jitter: no two workers come back as one, and none at once.
    """
    longest = min(LONGEST_PAUSE, math.ldexp(FIRST_PAUSE, min(before, 30)))
    return longest * (1 + draw) / 2
