"""The gates of this process, one for each workspace, and what they go by: a look at the others."""

import asyncio
import logging
import math
from datetime import timedelta
from functools import partial

from sqlalchemy.exc import DBAPIError

from models.database import Database
from models.store.jobs import cluster_state
from models.store.jobs.cluster_state import ClusterState
from provider.protocol import Provider
from worker.provider_limits.limited_provider import LimitedProvider
from worker.provider_limits.limiter import ProviderLimiter
from worker.provider_limits.worker_share import (
    ProviderBlock,
    ProviderLimits,
    WorkerShare,
    divide_limits,
)

log = logging.getLogger(__name__)
# While calls are made, the others are looked at so often (s).
REFRESH_INTERVAL = 1.0
# Three heartbeats.
HEARTBEAT_TIMEOUT = timedelta(seconds=15)
# A block that ended so long ago has nobody left who waits for its end.
ENDED_BLOCK_WINDOW = timedelta(seconds=60)


class LimiterRegistry:
    """`name` is the one that this worker's heartbeat is signed with."""

    def __init__(self, database: Database, name: str, limits: ProviderLimits) -> None:
        self._database, self._name, self._limits = database, name, limits
        self._limiters: dict[str, ProviderLimiter] = {}
        self._lock = asyncio.Lock()
        self._refreshed_at = -math.inf
        self._share = divide_limits(limits, 1, 0)
        self._blocks: dict[str, ProviderBlock] = {}

    def limit(self, provider: Provider, workspace_id: str) -> Provider:
        """The provider, behind the gate of its workspace."""
        limiter = self._limiters.get(workspace_id)
        if limiter is None:  # several threads may ask at once: the first one's gate stays
            limiter = self._limiters.setdefault(
                workspace_id, ProviderLimiter(partial(self._conditions, workspace_id))
            )
        return LimitedProvider(provider, limiter)

    async def _conditions(self, workspace_id: str) -> tuple[WorkerShare, ProviderBlock | None]:
        """What a workspace's gate goes by, never older than the interval."""
        if self._is_stale():
            async with self._lock:
                if self._is_stale():
                    await self._refresh()
        return self._share, self._blocks.get(workspace_id)

    def _is_stale(self) -> bool:
        return asyncio.get_running_loop().time() - self._refreshed_at >= REFRESH_INTERVAL

    async def _refresh(self) -> None:
        """On a failure the last look holds: the job will meet the same database and say so."""
        try:
            # Not in the threads of the transactions: every call waits for this one.
            state = await asyncio.to_thread(self._read)
        except DBAPIError as error:
            log.warning("the other workers cannot be seen: %s", error.orig)
        else:
            self._apply(state)
        self._refreshed_at = asyncio.get_running_loop().time()

    def _read(self) -> ClusterState:
        with self._database.read() as session:
            return cluster_state.read_cluster_state(session, HEARTBEAT_TIMEOUT, ENDED_BLOCK_WINDOW)

    def _apply(self, state: ClusterState) -> None:
        # Our own first heartbeat may still be on its way.
        names = sorted({*state.workers, self._name})
        self._share = divide_limits(self._limits, len(names), names.index(self._name))
        now = asyncio.get_running_loop().time()
        self._blocks = {
            id_: ProviderBlock(until, now + (until - state.now).total_seconds())
            for id_, until in state.blocks.items()
        }
