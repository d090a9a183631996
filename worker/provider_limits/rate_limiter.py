"""So many calls a second, evenly: no bucket that idled lets a wave through."""

from aiolimiter import AsyncLimiter


class CallRateLimiter:
    """`rate` is calls a second, 0 for any number."""

    def __init__(self) -> None:
        self.rate = 0.0
        self.waiting = 0
        self._limiter: AsyncLimiter | None = None

    def set_rate(self, rate: float) -> None:
        """From now on this rate; who waits already goes by the old one."""
        if rate != self.rate:
            self.rate = rate
            self._limiter = AsyncLimiter(1, 1 / rate) if rate else None

    async def acquire(self) -> None:
        """Wait until the next call may go."""
        if self._limiter is None:
            return
        self.waiting += 1
        try:
            await self._limiter.acquire()
        finally:
            self.waiting -= 1
