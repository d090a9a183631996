"""How many jobs one process works on at once, and which of them rest meanwhile.

A job that waits for a moment keeps its claim and rests: that costs a timer, where letting it go and
fetching it again costs beat, the broker and a claim. It rests with its hand free for another job.
"""

import asyncio
from datetime import timedelta

AT_WORK = 256
RESTING = 1000
# An edit is seen when the rest is over. Longer waits are the database's.
LONGEST_REST = timedelta(seconds=2)


class Hands:
    """Counts jobs at work and at rest; for one event loop."""

    def __init__(self, at_work: int = AT_WORK, resting: int = RESTING) -> None:
        self._free = asyncio.Semaphore(at_work)
        self._places = resting
        self._closing = asyncio.Event()

    def close(self) -> None:
        """Wake those at rest, and let nobody begin another call."""
        self._closing.set()

    @property
    def is_closing(self) -> bool:
        """Whether the process is about to end. Any thread may ask."""
        return self._closing.is_set()

    async def take(self) -> None:
        """Wait for a free hand, and take it."""
        await self._free.acquire()

    def put(self) -> None:
        """Give a hand back."""
        self._free.release()

    def may_rest(self, wait: timedelta) -> bool:
        """Whether a wait is short enough, and a place left. Any thread may ask."""
        return wait <= LONGEST_REST and self._places > 0 and not self.is_closing

    async def rest(self, wait: timedelta) -> None:
        """Sleep with the hand free, and go on when there is one again."""
        self._places -= 1
        self.put()
        try:
            async with asyncio.timeout(max(wait.total_seconds(), 0)):
                await self._closing.wait()
        except TimeoutError:
            pass
        finally:
            self._places += 1
            await self.take()
