"""What carrying a job needs of the outside world, passed in by the entry point."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session

from models.database import Database
from models.store import clock, jobs
from models.store.jobs import Claim
from models.task_names import JobKind
from provider.protocol import Provider
from worker.fetch import Fetcher
from worker.policy import Policy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tools:
    """`provider_of` answers for a workspace's id; `threads` run the transactions."""

    database: Database
    provider_of: Callable[[str], Provider]
    fetcher: Fetcher
    policy: Policy
    threads: Executor

    async def write(self, held: Claim, transaction: Callable[[Session, datetime], T]) -> T:
        """Run a transaction behind the fence, in a thread; it gets the session and now.

        Raises ClaimLost, with nothing written, when the job is no longer ours.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.threads, self._fenced, held, transaction)

    async def hint(self, kind: JobKind, subject_id: str) -> None:
        """Make another job due. A hint: it changes nothing that a fence would guard."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self.threads, self._summon, kind, subject_id)

    def _summon(self, kind: JobKind, subject_id: str) -> None:
        with self.database.write() as session:
            jobs.summon(session, kind, subject_id, clock.now(session))

    def _fenced(self, held: Claim, transaction: Callable[[Session, datetime], T]) -> T:
        with self.database.write() as session:
            now = jobs.fence(session, held, self.policy.claim_ttl)
            return transaction(session, now)
