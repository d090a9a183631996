"""Places for calls under way: so many at once, first come, first served."""

import asyncio
from collections import Counter, deque

from worker.provider_limits.circuit_breaker import CircuitBreaker


class ConcurrencyLimiter:
    """`total` of them for all calls, and as many as the window is wide for those of this era: calls
    that hang since before a pause do not keep others from finding out that it is over."""

    def __init__(self, breaker: CircuitBreaker) -> None:
        self.max_calls = 1
        self._breaker = breaker
        self._in_flight: Counter[int] = Counter()
        self._queue: deque[asyncio.Future[int | None]] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._queue)

    async def acquire(self) -> int | None:
        """Wait for a place, to be given back with `leave`; its era, or None when sent away."""
        waiter: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._queue.append(waiter)
        self.admit()
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.cancelled():
                self._remove_waiter(waiter)
            elif (generation := waiter.result()) is not None:  # it was given in the same moment
                self.release(generation)
            raise

    def release(self, generation: int) -> None:
        """Give a place back."""
        self._in_flight[generation] -= 1
        self._in_flight += Counter()  # forgets the eras that are over
        self.admit()

    def admit(self) -> None:
        """Give the free places to those who wait longest."""
        while self._queue and self._has_room():
            waiter = self._queue.popleft()
            if not waiter.cancelled():
                self._in_flight[self._breaker.generation] += 1
                waiter.set_result(self._breaker.generation)

    def _has_room(self) -> bool:
        in_generation = self._in_flight[self._breaker.generation]
        return self._in_flight.total() < self.max_calls and in_generation < self._breaker.window

    def reject_waiting(self) -> None:
        """Let nobody wait any longer."""
        while self._queue:
            waiter = self._queue.popleft()
            if not waiter.cancelled():
                waiter.set_result(None)

    def _remove_waiter(self, waiter: asyncio.Future[int | None]) -> None:
        # Cancelled, it may have been passed over already, before its task ran.
        if waiter in self._queue:
            self._queue.remove(waiter)
