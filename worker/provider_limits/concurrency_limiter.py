"""A concurrency limiter for calls in flight: first come, first served."""

import asyncio
from collections import Counter, deque

from worker.provider_limits.circuit_breaker import CircuitBreaker


class ConcurrencyLimiter:
    """Allows `max_calls` in flight; of the current generation, as many as the breaker's window.

    Calls that hang since before an opening do not count in the window: new calls can still find out
    that the outage is over.
    """

    def __init__(self, breaker: CircuitBreaker) -> None:
        self.max_calls = 1
        self._breaker = breaker
        self._in_flight: Counter[int] = Counter()
        self._queue: deque[asyncio.Future[int | None]] = deque()

    @property
    def waiting(self) -> int:
        """How many calls wait for a permit."""
        return len(self._queue)

    async def acquire(self) -> int | None:
        """Wait for a permit, for `release`; returns its generation, or None when rejected."""
        waiter: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._queue.append(waiter)
        self.admit()
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.cancelled():
                self._remove_waiter(waiter)
            elif (generation := waiter.result()) is not None:  # it was granted at the same moment
                self.release(generation)
            raise

    def release(self, generation: int) -> None:
        """Release a permit."""
        self._in_flight[generation] -= 1
        self._in_flight += Counter()  # drops the generations without calls
        self.admit()

    def admit(self) -> None:
        """Grant free permits to the calls that wait longest."""
        while self._queue and self._has_room():
            waiter = self._queue.popleft()
            if not waiter.cancelled():
                self._in_flight[self._breaker.generation] += 1
                waiter.set_result(self._breaker.generation)

    def _has_room(self) -> bool:
        in_generation = self._in_flight[self._breaker.generation]
        return self._in_flight.total() < self.max_calls and in_generation < self._breaker.window

    def reject_waiting(self) -> None:
        """Reject all waiting calls."""
        while self._queue:
            waiter = self._queue.popleft()
            if not waiter.cancelled():
                waiter.set_result(None)

    def _remove_waiter(self, waiter: asyncio.Future[int | None]) -> None:
        # `admit` may have removed the cancelled waiter already.
        if waiter in self._queue:
            self._queue.remove(waiter)
