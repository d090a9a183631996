"""Limits how many media files one process transfers at once; organizations share the places.

A transfer may take half an hour, so it has places of its own beside the calls. A job waits for one
only for a moment: then it is released, and costs neither a place at work nor an attempt.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from provider.errors import NotNow
from worker.fair_semaphore import FairSemaphore

# For an organization that is alone, and more for those that come late.
MAX_TRANSFERS = 128
RESERVE = 32
# How long a job waits for its place (s). Most transfers take less, so most waits end here.
MAX_WAIT = 3.0
# How long a job is released for where its wait is longer (s); spread, so that not all come back
# together.
RETRY_DELAY = (10.0, 30.0)


class TransferPlaces:
    """Counts the transfers of each organization; for one event loop."""

    def __init__(
        self, transfers: int = MAX_TRANSFERS, reserve: int = RESERVE, max_wait: float = MAX_WAIT
    ) -> None:
        self._places, self._max_wait = FairSemaphore(transfers, reserve), max_wait

    @asynccontextmanager
    async def hold(self, organization_id: str) -> AsyncIterator[None]:
        """Hold a place for one transfer. NotNow where none becomes free in a moment."""
        try:
            async with asyncio.timeout(self._max_wait):
                await self._places.acquire(organization_id)
        except TimeoutError:
            delay = random.uniform(*RETRY_DELAY)  # noqa: S311  (jitter, not a secret)
            raise NotNow("other media files of the organization come first", delay) from None
        try:
            yield
        finally:
            self._places.release(organization_id)
