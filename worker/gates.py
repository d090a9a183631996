"""The gates of this process, one for each workspace, and what they go by: a look at the others."""

import asyncio
import logging
import math
from datetime import timedelta
from functools import partial

from sqlalchemy.exc import DBAPIError

from models.database import Database
from models.store import neighbours
from models.store.neighbours import ClusterState
from provider.protocol import Provider
from worker.gate import Gate
from worker.gate_share import Block, Limits, Share, share
from worker.gated import Gated

log = logging.getLogger(__name__)
# While calls are made, the others are looked at so often (s).
INTERVAL = 1.0
# Three heartbeats.
ALIVE = timedelta(seconds=15)
# A block that ended so long ago has nobody left who waits for its end.
PAST = timedelta(seconds=60)


class Gates:
    """`name` is the one that this worker's heartbeat is signed with."""

    def __init__(self, database: Database, name: str, limits: Limits) -> None:
        self._database, self._name, self._limits = database, name, limits
        self._gates: dict[str, Gate] = {}
        self._lock = asyncio.Lock()
        self._looked_at = -math.inf
        self._share = share(limits, 1, 0)
        self._blocks: dict[str, Block] = {}

    def gated(self, provider: Provider, workspace_id: str) -> Provider:
        """The provider, behind the gate of its workspace."""
        gate = self._gates.get(workspace_id)
        if gate is None:  # several threads may ask at once: the first one's gate stays
            gate = self._gates.setdefault(
                workspace_id, Gate(partial(self._conditions, workspace_id))
            )
        return Gated(provider, gate)

    async def _conditions(self, workspace_id: str) -> tuple[Share, Block | None]:
        """What a workspace's gate goes by, never older than the interval."""
        if self._is_stale():
            async with self._lock:
                if self._is_stale():
                    await self._look()
        return self._share, self._blocks.get(workspace_id)

    def _is_stale(self) -> bool:
        return asyncio.get_running_loop().time() - self._looked_at >= INTERVAL

    async def _look(self) -> None:
        """On a failure the last look holds: the job will meet the same database and say so."""
        try:
            # Not in the threads of the transactions: every call waits for this one.
            seen = await asyncio.to_thread(self._read)
        except DBAPIError as error:
            log.warning("the other workers cannot be seen: %s", error.orig)
        else:
            self._take_in(seen)
        self._looked_at = asyncio.get_running_loop().time()

    def _read(self) -> ClusterState:
        with self._database.read() as session:
            return neighbours.read_cluster_state(session, ALIVE, PAST)

    def _take_in(self, seen: ClusterState) -> None:
        # Our own first heartbeat may still be on its way.
        names = sorted({*seen.workers, self._name})
        self._share = share(self._limits, len(names), names.index(self._name))
        now = asyncio.get_running_loop().time()
        self._blocks = {
            id_: Block(until, now + (until - seen.now).total_seconds())
            for id_, until in seen.blocks.items()
        }
