"""Spaces calls evenly. Unlike a token bucket, it allows no burst after an idle period."""

from aiolimiter import AsyncLimiter


class CallRateLimiter:
    """`rate`: calls per second; 0: no limit. `waiting`: how many calls wait."""

    def __init__(self) -> None:
        self.rate = 0.0
        self.waiting = 0
        self._limiter: AsyncLimiter | None = None

    def set_rate(self, rate: float) -> None:
        """Change the rate. Calls that wait already use the old one."""
        if rate != self.rate:
            self.rate = rate
            self._limiter = AsyncLimiter(1, 1 / rate) if rate else None

    async def acquire(self) -> None:
        """Wait until the next call may be sent."""
        if self._limiter is None:
            return
        self.waiting += 1
        try:
            await self._limiter.acquire()
        finally:
            self.waiting -= 1
