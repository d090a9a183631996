"""What carrying a job needs of the outside world, passed in by the entry point."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from sqlmodel import Session

from models.database import Database
from models.store import clock, jobs, snapshots
from models.store.jobs import Claim
from models.task_names import JobKind
from provider.protocol import Provider
from worker.fetch import Fetcher
from worker.hands import Hands
from worker.metrics import Metrics
from worker.policy import Policy
from worker.webhook import Courier
from worker.writer import Work, Writer

T = TypeVar("T")
# Every slot is nearer than this.
FOR_EVER = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Tools:
    """`provider_of` answers for a workspace's id; `threads` run the transactions."""

    database: Database
    provider_of: Callable[[str], Provider]
    fetcher: Fetcher
    courier: Courier
    policy: Policy
    threads: Executor
    hands: Hands = field(default_factory=Hands)
    metrics: Metrics = field(default_factory=Metrics)
    _writer: Writer = field(init=False)

    def __post_init__(self) -> None:
        ttl, read = self.policy.claim_ttl, snapshots.prefetch
        writer = Writer(self.database, self.threads, ttl, read)
        object.__setattr__(self, "_writer", writer)  # frozen, but for its making

    def policy_for(self, workspace_id: str) -> Policy:
        """The policy for a workspace's posts: without a timer at its provider, every slot is too
        near for one, and our own call publishes."""
        if self.provider_of(workspace_id).capabilities.native_scheduling:
            return self.policy
        return replace(self.policy, timer_margin=FOR_EVER)

    async def write(self, held: Claim, transaction: Callable[[Session, datetime], T]) -> T:
        """Run a transaction behind the fence, in a thread; it gets the session and now.

        Raises ClaimLost, with nothing written, when the job is no longer ours.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.threads, self._fenced, held, transaction)

    async def write_post(
        self,
        held: Claim,
        first: Callable[[Session, datetime], object] | None,
        then: Work[T],
    ) -> T:
        """The same for a post's job, in one transaction with others': `first` writes, and `then`
        looks at its post and decides. Both may run twice; what they did the first time is undone.
        """
        return await self._writer.write(held, first, then)

    async def hint(self, kind: JobKind, subject_id: str) -> None:
        """Make another job due. A hint: it changes nothing that a fence would guard."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self.threads, self._summon, kind, subject_id)

    def _summon(self, kind: JobKind, subject_id: str) -> None:
        with self.database.write() as session:
            jobs.ensure_due(session, kind, subject_id, clock.now(session))

    def _fenced(self, held: Claim, transaction: Callable[[Session, datetime], T]) -> T:
        with self.database.write() as session:
            now = jobs.fence(session, held, self.policy.claim_ttl)
            return transaction(session, now)
