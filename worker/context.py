"""The worker's dependencies, passed from the entry point to every job handler."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session

from models.database import Database
from models.snapshot import ConnectionView
from models.store import clock
from models.store.jobs import job_queue
from models.store.jobs.job_queue import Claim
from models.store.posts import snapshots
from models.task_names import JobKind
from provider.protocol import Provider
from worker.blocked_jobs import BlockedJobs
from worker.claim_renewals import ClaimRenewals
from worker.concurrency import JobConcurrency
from worker.fair_semaphore import FairSemaphore
from worker.group_commit import GroupCommit, PlanFunction
from worker.media_fetch import Fetcher
from worker.metrics import WorkerMetrics
from worker.planner.policy import Policy
from worker.transfer_places import TransferPlaces
from worker.webhooks import WebhookContext

T = TypeVar("T")
# Transactions of single jobs at once: one organization's, and more for others. Together fewer than
# the threads, because claims and the group commit need some, too.
TRANSACTIONS = (3, 1)


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """`provider_for` returns the provider of a connection, for calls of an organization;
    `close_providers` closes what they hold alone; `threads` run the transactions."""

    database: Database
    provider_for: Callable[[ConnectionView, str], Provider]
    fetcher: Fetcher
    webhooks: WebhookContext
    policy: Policy
    threads: Executor
    close_providers: Callable[[], Awaitable[None]] | None = None
    concurrency: JobConcurrency = field(default_factory=JobConcurrency)
    transfers: TransferPlaces = field(default_factory=TransferPlaces)
    blocked_jobs: BlockedJobs = field(default_factory=BlockedJobs)
    metrics: WorkerMetrics = field(default_factory=WorkerMetrics)
    renewals: ClaimRenewals = field(init=False)
    _transactions: FairSemaphore = field(
        default_factory=lambda: FairSemaphore(*TRANSACTIONS), init=False
    )
    _group_commit: GroupCommit = field(init=False)

    def __post_init__(self) -> None:
        ttl, prefetch = self.policy.claim_ttl, snapshots.prefetch
        group_commit = GroupCommit(self.database, self.threads, ttl, prefetch)
        # Frozen: set once, here.
        object.__setattr__(self, "_group_commit", group_commit)
        object.__setattr__(self, "renewals", ClaimRenewals(ttl.total_seconds() / 3))

    async def run_fenced(self, claim: Claim, transaction: Callable[[Session, datetime], T]) -> T:
        """Run a transaction that begins with the fence, in a thread.

        `transaction` gets the session and the database's time. Raises ClaimLost, with nothing
        written, when another worker has the job.
        """
        loop = asyncio.get_running_loop()
        async with self._transactions.hold(claim.organization_id):
            begun = time.monotonic()
            run = loop.run_in_executor(self.threads, self._run_fenced, claim, transaction)
            result = await run
        self.renewals.note(claim, begun)
        return result

    async def run_grouped(
        self,
        claim: Claim,
        write: Callable[[Session, datetime], object] | None,
        plan: PlanFunction[T],
    ) -> T:
        """The same, but several jobs share one transaction: `write` writes, then `plan` reads the
        job's rows and decides. Both may run twice; the first run is rolled back then.
        """
        begun = time.monotonic()
        result = await self._group_commit.run(claim, write, plan)
        self.renewals.note(claim, begun)
        return result

    async def wake_job(self, kind: JobKind, subject_id: str, organization_id: str) -> None:
        """Make another job due. No fence: this changes nothing that a claim protects."""
        loop = asyncio.get_running_loop()
        async with self._transactions.hold(organization_id):
            await loop.run_in_executor(
                self.threads, self._wake_job, kind, subject_id, organization_id
            )

    def _wake_job(self, kind: JobKind, subject_id: str, organization_id: str) -> None:
        with self.database.write() as session:
            job_queue.ensure_due(session, kind, subject_id, organization_id, clock.now(session))

    def _run_fenced(self, claim: Claim, transaction: Callable[[Session, datetime], T]) -> T:
        with self.database.write() as session:
            now = job_queue.fence(session, claim, self.policy.claim_ttl)
            return transaction(session, now)
