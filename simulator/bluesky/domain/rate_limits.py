"""Points per window, counted for each key. The window begins at the first call, as at Bluesky."""

import math
from dataclasses import dataclass, field

from simulator.bluesky.errors import XrpcError


@dataclass
class RateLimit:
    """A number of points for each key in a window of so many seconds; None is no limit."""

    limit: tuple[int, int] | None
    _windows: dict[str, tuple[int, int]] = field(default_factory=dict)  # key → end (ms), used

    def consume(self, key: str, points: int, now: int) -> None:
        """Use up points; XrpcError 429 when too few are left (they are used up all the same)."""
        if self.limit is None:
            return
        most, seconds = self.limit
        end, used = self._windows.get(key, (0, 0))
        if now >= end:
            end, used = now + seconds * 1000, 0
        self._windows[key] = end, used + points
        if used + points > most:
            raise XrpcError(
                429, "RateLimitExceeded", "Rate Limit Exceeded", _headers(most, seconds, end, now)
            )


def _headers(most: int, seconds: int, end: int, now: int) -> dict[str, str]:
    return {
        "RateLimit-Limit": str(most),
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": str(math.ceil(end / 1000)),
        "RateLimit-Policy": f"{most};w={seconds}",
        "Retry-After": str(max(1, math.ceil((end - now) / 1000))),
    }
