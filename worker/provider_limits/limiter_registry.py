"""The limiters of this process, one for each connection, and the cluster state they depend on."""

import asyncio
import logging
import math
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from models.database import Database
from models.database_errors import DATABASE_ERRORS, away_reason
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
# How often (s) the cluster state is read while calls are made.
REFRESH_INTERVAL = 1.0
# Three heartbeats.
HEARTBEAT_TIMEOUT = timedelta(seconds=15)
# A block that ended longer ago than this does not matter to any limiter.
ENDED_BLOCK_WINDOW = timedelta(seconds=60)


class LimiterRegistry:
    """`name` is the name in this worker's heartbeat; `on_answer` gets the id of a connection whose
    provider has answered."""

    def __init__(
        self,
        database: Database,
        name: str,
        limits: ProviderLimits,
        on_answer: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._database, self._name, self._limits = database, name, limits
        self._on_answer = on_answer
        self._limiters: dict[str, ProviderLimiter] = {}
        self._lock = asyncio.Lock()
        self._refreshed_at = -math.inf
        self._share = divide_limits(limits, 1, 0)
        self._blocks: dict[str, ProviderBlock] = {}

    def limit(self, provider: Provider, connection_id: str, organization_id: str) -> Provider:
        """The provider for calls of an organization, limited by the limiter of its connection."""
        limiter = self._limiters.get(connection_id)
        if limiter is None:  # several threads may come here at once: the first limiter stays
            limiter = self._limiters.setdefault(
                connection_id,
                ProviderLimiter(
                    partial(self._conditions, connection_id),
                    on_answer=partial(self._on_answer, connection_id),
                ),
            )
        return LimitedProvider(provider, limiter, organization_id)

    async def _conditions(self, connection_id: str) -> tuple[WorkerShare, ProviderBlock | None]:
        """The worker's share and the connection's block, read at most one interval ago."""
        if self._is_stale():
            async with self._lock:
                if self._is_stale():
                    await self._refresh()
        return self._share, self._blocks.get(connection_id)

    def _is_stale(self) -> bool:
        return asyncio.get_running_loop().time() - self._refreshed_at >= REFRESH_INTERVAL

    async def _refresh(self) -> None:
        """Read the cluster state. On failure keep the last one: the job's queries will fail too."""
        try:
            # Not in the threads for transactions: every call waits for this query.
            state = await asyncio.to_thread(self._read)
        except DATABASE_ERRORS as error:
            log.warning("the other workers cannot be seen: %s", away_reason(error) or error)
        else:
            self._apply(state)
        self._refreshed_at = asyncio.get_running_loop().time()

    def _read(self) -> ClusterState:
        with self._database.read() as session:
            return cluster_state.read_cluster_state(session, HEARTBEAT_TIMEOUT, ENDED_BLOCK_WINDOW)

    def _apply(self, state: ClusterState) -> None:
        # Our own first heartbeat may not be written yet.
        names = sorted({*state.workers, self._name})
        self._share = divide_limits(self._limits, len(names), names.index(self._name))
        now = asyncio.get_running_loop().time()
        self._blocks = {
            id_: ProviderBlock(until, now + (until - state.now).total_seconds())
            for id_, until in state.blocks.items()
        }
