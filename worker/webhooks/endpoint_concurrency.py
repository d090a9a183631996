"""Limits how many webhook calls one process makes at once, in total and for each endpoint.

These limits are separate from those of posts: a slow receiver delays no post, and delays its own
events before those of other receivers.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

MAX_CALLS = 64
MAX_CALLS_PER_ENDPOINT = 8
# Jobs that may wait with their claim. When more come, they are released and retried later.
MAX_WAITING = 1024
MAX_WAITING_PER_ENDPOINT = 256


class QueueFull(Exception):
    """Too many jobs wait already: try again later."""


@dataclass(slots=True)
class _Endpoint:
    """The limiter of one endpoint, and how many jobs use it or wait for it."""

    calls: asyncio.Semaphore
    jobs: int = field(default=0)


class EndpointConcurrency:
    """Counts running and waiting calls; for one event loop."""

    def __init__(
        self,
        calls: int = MAX_CALLS,
        per_endpoint: int = MAX_CALLS_PER_ENDPOINT,
        queue: int = MAX_WAITING,
        queue_per_endpoint: int = MAX_WAITING_PER_ENDPOINT,
    ) -> None:
        self._calls = asyncio.Semaphore(calls)
        self._per_endpoint = per_endpoint
        self._max_jobs = calls + queue
        self._max_jobs_per_endpoint = per_endpoint + queue_per_endpoint
        self._endpoints: dict[str, _Endpoint] = {}
        self._jobs = 0

    @asynccontextmanager
    async def acquire(self, endpoint_id: str) -> AsyncIterator[bool]:
        """A permit for one call to an endpoint; yields whether it had to wait. Raises QueueFull."""
        endpoint = self._endpoints.get(endpoint_id) or _Endpoint(
            asyncio.Semaphore(self._per_endpoint)
        )
        if self._jobs >= self._max_jobs or endpoint.jobs >= self._max_jobs_per_endpoint:
            raise QueueFull
        self._endpoints[endpoint_id] = endpoint
        waited = endpoint.calls.locked() or self._calls.locked()
        self._jobs += 1
        endpoint.jobs += 1
        try:
            async with endpoint.calls, self._calls:
                yield waited
        finally:
            self._jobs -= 1
            endpoint.jobs -= 1
            if not endpoint.jobs:
                del self._endpoints[endpoint_id]
