"""How many jobs one process works on at once, and which of them rest meanwhile.

A job that waits for a moment keeps its claim and rests: that costs a timer, where letting it go and
fetching it again costs beat, the broker and a claim. It rests with its hand free for another job.
"""

import asyncio
from datetime import timedelta

MAX_RUNNING = 256
MAX_WAITING = 1000
# An edit is seen when the rest is over. Longer waits are the database's.
MAX_SHORT_WAIT = timedelta(seconds=2)


class JobConcurrency:
    """Counts jobs at work and at rest; for one event loop."""

    def __init__(self, max_running: int = MAX_RUNNING, max_waiting: int = MAX_WAITING) -> None:
        self._running_slots = asyncio.Semaphore(max_running)
        self._waiting_slots = max_waiting
        self._draining = asyncio.Event()

    def drain(self) -> None:
        """Wake those at rest, and let nobody begin another call."""
        self._draining.set()

    @property
    def is_draining(self) -> bool:
        """Whether the process is about to end. Any thread may ask."""
        return self._draining.is_set()

    async def acquire(self) -> None:
        """Wait for a free hand, and take it."""
        await self._running_slots.acquire()

    def release(self) -> None:
        """Give a hand back."""
        self._running_slots.release()

    def can_wait_here(self, wait: timedelta) -> bool:
        """Whether a wait is short enough, and a place left. Any thread may ask."""
        return wait <= MAX_SHORT_WAIT and self._waiting_slots > 0 and not self.is_draining

    async def wait_released(self, wait: timedelta) -> None:
        """Sleep with the hand free, and go on when there is one again."""
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
