"""Limits how many jobs one process runs at once.

A job that waits for two seconds or less keeps its claim, but frees its slot for another job. This
costs one timer; a release would cost beat, the broker and a new claim.
"""

import asyncio
from datetime import timedelta

MAX_RUNNING = 256
MAX_WAITING = 1000
# Edits are noticed only after the wait, so for a longer wait the job is released instead.
MAX_SHORT_WAIT = timedelta(seconds=2)


class JobConcurrency:
    """Counts running and waiting jobs; for one event loop."""

    def __init__(self, max_running: int = MAX_RUNNING, max_waiting: int = MAX_WAITING) -> None:
        self._running_slots = asyncio.Semaphore(max_running)
        self._waiting_slots = max_waiting
        self._draining = asyncio.Event()

    def drain(self) -> None:
        """Wake the waiting jobs. No job may begin another call after this."""
        self._draining.set()

    @property
    def is_draining(self) -> bool:
        """Whether the process is about to end. Thread-safe."""
        return self._draining.is_set()

    async def acquire(self) -> None:
        """Wait for a free slot, and take it."""
        await self._running_slots.acquire()

    def release(self) -> None:
        """Free a slot."""
        self._running_slots.release()

    def can_wait_here(self, wait: timedelta) -> bool:
        """Whether the wait is short, and not too many jobs wait already. Thread-safe."""
        return wait <= MAX_SHORT_WAIT and self._waiting_slots > 0 and not self.is_draining

    async def wait_released(self, wait: timedelta) -> None:
        """Free the slot, sleep, and return when there is a free slot again."""
        self._waiting_slots -= 1
        self.release()
        try:
            async with asyncio.timeout(max(wait.total_seconds(), 0)):
                await self._draining.wait()
        except TimeoutError:
            pass
        finally:
            self._waiting_slots += 1
            await self.acquire()
