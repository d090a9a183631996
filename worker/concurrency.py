"""Limits how many jobs one process runs at once; organizations share the places.

A job that waits for two seconds or less keeps its claim, but frees its place for another job. This
costs one timer; a release would cost beat, the broker and a new claim.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta

from worker.fair_semaphore import FairSemaphore

# For an organization that is alone; a quarter more is kept for those that come late.
MAX_RUNNING = 256
MAX_WAITING = 1000
# Edits are noticed only after the wait, so for a longer wait the job is released instead.
MAX_SHORT_WAIT = timedelta(seconds=2)


class JobConcurrency:
    """Counts running and waiting jobs by organization; for one event loop."""

    def __init__(self, max_running: int = MAX_RUNNING, max_waiting: int = MAX_WAITING) -> None:
        self._running = FairSemaphore(max_running, max_running // 4)
        self._waiting = FairSemaphore(max_waiting, max_waiting // 4)
        self._draining = asyncio.Event()

    def drain(self) -> None:
        """Wake the waiting jobs. No job may begin another call after this."""
        self._draining.set()

    @property
    def is_draining(self) -> bool:
        """Whether the process is about to end. Thread-safe."""
        return self._draining.is_set()

    async def acquire(self, organization_id: str) -> None:
        """Wait until the organization may have one more place, and take it."""
        await self._running.acquire(organization_id)

    def release(self, organization_id: str) -> None:
        """Free a place."""
        self._running.release(organization_id)

    def can_wait_here(self, organization_id: str, wait: timedelta) -> bool:
        """Whether the wait is short, and not too many jobs wait already. Thread-safe."""
        is_free = self._waiting.may_take(organization_id)
        return wait <= MAX_SHORT_WAIT and is_free and not self.is_draining

    async def wait_released(self, organization_id: str, wait: timedelta) -> None:
        """Free the place, sleep, and return when there is a free place again."""
        is_counted = self._waiting.try_acquire(organization_id)
        self.release(organization_id)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(max(wait.total_seconds(), 0)):
                    await self._draining.wait()
            await self.acquire(organization_id)
        except asyncio.CancelledError:
            self._running.take(organization_id)  # the job ends at once, and frees its place then
            raise
        finally:
            if is_counted:
                self._waiting.release(organization_id)
