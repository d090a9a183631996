"""Limits how many webhook calls one process makes at once: in total, for each organization and for
each endpoint.

These limits are separate from those of posts: a slow receiver delays no post. It delays its own
events before those of its organization's other receivers, and these before everybody else's.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from worker.fair_semaphore import FairSemaphore

# For an organization that is alone; the reserve is for those that come while it has them.
MAX_CALLS = 48
CALLS_RESERVE = 16
MAX_CALLS_PER_ENDPOINT = 8
# Jobs that may wait with their claim. When more come, they are released and retried later.
MAX_WAITING = 768
WAITING_RESERVE = 256
MAX_WAITING_PER_ENDPOINT = 256


class QueueFull(Exception):
    """Too many jobs wait already: try again later."""


@dataclass(slots=True)
class _Endpoint:
    """The limiter of one endpoint, and how many jobs use it or wait for it."""

    calls: asyncio.Semaphore
    jobs: int = field(default=0)


class EndpointConcurrency:
    """Counts running and waiting calls; for one event loop. With a reserve of 0 whoever comes first
    takes all."""

    def __init__(
        self,
        calls: int = MAX_CALLS,
        per_endpoint: int = MAX_CALLS_PER_ENDPOINT,
        queue: int = MAX_WAITING,
        queue_per_endpoint: int = MAX_WAITING_PER_ENDPOINT,
        *,
        calls_reserve: int = CALLS_RESERVE,
        queue_reserve: int = WAITING_RESERVE,
    ) -> None:
        self._calls = FairSemaphore(calls, calls_reserve)
        self._jobs = FairSemaphore(calls + queue, calls_reserve + queue_reserve)
        self._max_calls, self._per_endpoint = calls, per_endpoint
        self._max_jobs_per_endpoint = per_endpoint + queue_per_endpoint
        self._endpoints: dict[str, _Endpoint] = {}
        # Each organization's own calls, shared by endpoint, as long as somebody uses them.
        self._shares: WeakValueDictionary[str, FairSemaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def acquire(self, organization_id: str, endpoint_id: str) -> AsyncIterator[bool]:
        """A permit for one call to an endpoint; yields whether it had to wait. Raises QueueFull."""
        endpoint = self._endpoints.get(endpoint_id) or _Endpoint(
            asyncio.Semaphore(self._per_endpoint)
        )
        is_full = endpoint.jobs >= self._max_jobs_per_endpoint
        if is_full or not self._jobs.may_take(organization_id):
            raise QueueFull
        async with self._jobs.hold(organization_id):
            self._endpoints[endpoint_id] = endpoint
            endpoint.jobs += 1
            try:
                async with self._permit(organization_id, endpoint_id, endpoint) as waited:
                    yield waited
            finally:
                endpoint.jobs -= 1
                if not endpoint.jobs:
                    del self._endpoints[endpoint_id]

    @asynccontextmanager
    async def _permit(
        self, organization_id: str, endpoint_id: str, endpoint: _Endpoint
    ) -> AsyncIterator[bool]:
        """A call of the endpoint, of its organization's share, and of all, in this order: who waits
        for his own receiver holds nothing that others need."""
        share = self._shares.setdefault(organization_id, self._new_share())
        waits = (
            endpoint.calls.locked()
            or not share.may_take(endpoint_id)
            or not self._calls.may_take(organization_id)
        )
        async with endpoint.calls, share.hold(endpoint_id), self._calls.hold(organization_id):
            yield waits

    def _new_share(self) -> FairSemaphore:
        """An organization that is alone has all calls; a quarter of them is for other endpoints."""
        reserve = self._max_calls // 4
        return FairSemaphore(self._max_calls - reserve, reserve)
