"""A concurrency limiter for calls in flight: organizations take turns."""

import asyncio
from collections import Counter
from typing import TypeVar

from worker.provider_limits.circuit_breaker import CircuitBreaker
from worker.turn_queue import TurnQueue

T = TypeVar("T")


class ConcurrencyLimiter:
    """Allows `max_calls` in flight; of the current generation, as many as the breaker's window.

    A permit goes to the organization with the fewest calls in flight. Calls that hang since before
    an opening do not count in the window: new calls can still find out that the outage is over.
    """

    def __init__(self, breaker: CircuitBreaker) -> None:
        self.max_calls = 1
        self._breaker = breaker
        self._in_flight: Counter[int] = Counter()
        self._held: Counter[str] = Counter()
        self._queue: TurnQueue[asyncio.Future[int | None]] = TurnQueue()

    @property
    def waiting(self) -> int:
        """How many calls wait for a permit."""
        return len(self._queue)

    def ahead_of(self, organization_id: str) -> int:
        """How many calls that wait come before a new one of this organization."""
        return self._queue.ahead_of(organization_id)

    def try_acquire(self, organization_id: str) -> int | None:
        """A permit that is free at once, because no call waits; returns its generation, else
        None."""
        if self._queue or not self._has_room():
            return None
        return self._take(organization_id)

    def _take(self, organization_id: str) -> int:
        generation = self._breaker.generation
        self._held[organization_id] += 1
        self._in_flight[generation] += 1
        return generation

    async def acquire(self, organization_id: str) -> int | None:
        """Wait for a permit, for `release`; returns its generation, or None when rejected."""
        waiter: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._queue.push(organization_id, waiter)
        self.admit()
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.cancelled():
                self._queue.discard(organization_id, waiter)
            elif (generation := waiter.result()) is not None:  # it was granted at the same moment
                self.release(organization_id, generation)
            raise

    def release(self, organization_id: str, generation: int) -> None:
        """Release a permit."""
        _decrement(self._held, organization_id)
        _decrement(self._in_flight, generation)
        self.admit()

    def admit(self) -> None:
        """Grant free permits to the calls that wait."""
        while self._queue and self._has_room():
            key = self._queue.next_key(self._held)
            assert key is not None  # noqa: S101  (something waits)
            waiter = self._queue.pop(key)
            if not waiter.cancelled():
                waiter.set_result(self._take(key))

    def _has_room(self) -> bool:
        in_generation = self._in_flight[self._breaker.generation]
        return self._in_flight.total() < self.max_calls and in_generation < self._breaker.window

    def reject_waiting(self) -> None:
        """Reject all waiting calls."""
        while (key := self._queue.next_key()) is not None:
            waiter = self._queue.pop(key)
            if not waiter.cancelled():
                waiter.set_result(None)


def _decrement(counter: Counter[T], key: T) -> None:
    """Count one less, and forget a key without any."""
    counter[key] -= 1
    if not counter[key]:
        del counter[key]
