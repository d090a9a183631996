"""Spaces calls evenly. Unlike a token bucket, it allows no burst after an idle period.

Organizations take turns.
"""

from aiolimiter import AsyncLimiter

from worker.fair_semaphore import FairSemaphore


class CallRateLimiter:
    """`rate`: calls per second; 0: no limit."""

    def __init__(self) -> None:
        self.rate = 0.0
        # AsyncLimiter is first come, first served, so only one call at a time waits in it.
        self._turn = FairSemaphore(1, 0)
        self._limiter: AsyncLimiter | None = None

    def set_rate(self, rate: float) -> None:
        """Change the rate. Calls that wait already use the old one."""
        if rate != self.rate:
            self.rate = rate
            self._limiter = AsyncLimiter(1, 1 / rate) if rate else None

    def ahead_of(self, organization_id: str) -> int:
        """How many calls that wait come before a new one of this organization."""
        return self._turn.total_held + self._turn.ahead_of(organization_id)

    async def acquire(self, organization_id: str) -> None:
        """Wait until the organization's next call may be sent."""
        if self._limiter is None:
            return
        async with self._turn.hold(organization_id):
            if (limiter := self._limiter) is not None:
                await limiter.acquire()
