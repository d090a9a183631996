"""A semaphore whose places are shared by key, for example by organization; for one event loop.

Nobody who holds a place is interrupted, so whoever comes late gets a part at once only if some
places are free. How many one key may hold therefore depends on how many are free (dynamic
thresholds: Choudhury and Hahne, 1998): who is alone gets `places`, `reserve` more stay free for who
comes late, and as places are released, the shares become equal.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from worker.turn_queue import TurnQueue


class FairSemaphore:
    """`places` for a key that is alone, and `reserve` more for keys that come while it has them.

    A key may take one more place while it holds fewer than `places / reserve` times the free ones.
    Without a reserve it may take every free place; then keys only take turns.
    """

    def __init__(self, places: int, reserve: int) -> None:
        if places < 1 or reserve < 0:
            raise ValueError(f"places must be at least 1, reserve at least 0: {places}, {reserve}")
        self._places, self._reserve = places, reserve
        self._free = places + reserve
        self._held: Counter[str] = Counter()
        self._queue: TurnQueue[asyncio.Future[None]] = TurnQueue()

    @property
    def waiting(self) -> int:
        """How many callers wait for a place."""
        return len(self._queue)

    @property
    def total_held(self) -> int:
        """How many places are taken."""
        return self._places + self._reserve - self._free

    def held(self, key: str) -> int:
        """How many places the key holds."""
        return self._held[key]

    def ahead_of(self, key: str) -> int:
        """How many callers that wait come before a new one of this key, if keys take turns."""
        return self._queue.ahead_of(key)

    def may_take(self, key: str) -> bool:
        """Whether the key may take one more place at once."""
        return self._free > 0 and self._held[key] * self._reserve < self._places * self._free

    def try_acquire(self, key: str) -> bool:
        """Take a place if the key may have one at once; returns whether it did."""
        if not self.may_take(key):
            return False
        self.take(key)
        return True

    def take(self, key: str) -> None:
        """Take a place even if none is free: for a caller that will give it back at once."""
        self._held[key] += 1
        self._free -= 1

    async def acquire(self, key: str) -> None:
        """Wait until the key may take one more place, and take it."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.push(key, waiter)
        self._grant()
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.cancelled():
                self._queue.discard(key, waiter)
            else:  # it was granted at the same moment
                self.release(key)
            raise

    def release(self, key: str) -> None:
        """Give a place back. It goes to the key that waits and holds fewest; of several, to the one
        whose last turn is longest ago."""
        if not self._held[key]:
            raise RuntimeError("a place was released that was not held")
        self._held[key] -= 1
        if not self._held[key]:
            del self._held[key]
        self._free += 1
        self._grant()

    @asynccontextmanager
    async def hold(self, key: str) -> AsyncIterator[None]:
        """Hold a place during a `with` block."""
        await self.acquire(key)
        try:
            yield
        finally:
            self.release(key)

    def _grant(self) -> None:
        # The key that holds fewest may take one if any key may.
        while (key := self._queue.next_key(self._held)) is not None and self.may_take(key):
            waiter = self._queue.pop(key)
            if not waiter.cancelled():
                self.take(key)
                waiter.set_result(None)
