"""How many webhook calls one process makes at once, in all and to one endpoint.

They have places of their own: a receiver that answers slowly keeps no post waiting, and keeps its
own events waiting before those of others.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

CALLS = 64
CALLS_PER_ENDPOINT = 8
# Jobs that wait for a place with their claim in hand; what comes beyond is let go for a while.
QUEUE = 1024
QUEUE_PER_ENDPOINT = 256


class NoPlace(Exception):
    """Too many wait already: come back later."""


@dataclass(slots=True)
class _Door:
    """One endpoint's part, and how many jobs are at it."""

    calls: asyncio.Semaphore
    jobs: int = field(default=0)


class Places:
    """Counts calls and who waits to make one; for one event loop."""

    def __init__(
        self,
        calls: int = CALLS,
        per_endpoint: int = CALLS_PER_ENDPOINT,
        queue: int = QUEUE,
        queue_per_endpoint: int = QUEUE_PER_ENDPOINT,
    ) -> None:
        self._calls = asyncio.Semaphore(calls)
        self._per_endpoint = per_endpoint
        self._most = calls + queue
        self._most_per_endpoint = per_endpoint + queue_per_endpoint
        self._doors: dict[str, _Door] = {}
        self._jobs = 0

    @asynccontextmanager
    async def at(self, endpoint_id: str) -> AsyncIterator[bool]:
        """A place for one call to an endpoint; says whether it had to be waited for. NoPlace."""
        door = self._doors.get(endpoint_id) or _Door(asyncio.Semaphore(self._per_endpoint))
        if self._jobs >= self._most or door.jobs >= self._most_per_endpoint:
            raise NoPlace
        self._doors[endpoint_id] = door
        waited = door.calls.locked() or self._calls.locked()
        self._jobs += 1
        door.jobs += 1
        try:
            async with door.calls, self._calls:
                yield waited
        finally:
            self._jobs -= 1
            door.jobs -= 1
            if not door.jobs:
                del self._doors[endpoint_id]
