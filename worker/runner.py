"""The job runner: claims batches of jobs and runs their handlers on one event loop.

Calls to the provider are coroutines; transactions are short and run in a few threads. The claim of
a running job is renewed. When a claim is lost, the handler is cancelled and writes nothing more.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from sqlmodel import Session

from models.database_errors import DATABASE_ERRORS, away_reason
from models.store import clock
from models.store.jobs import early_wakeups, heartbeats, job_queue
from models.store.jobs.job_queue import Claim, ClaimLost, DueJob
from worker.claim_renewals import HeldClaim
from worker.context import WorkerContext
from worker.job_admission import JobAdmission
from worker.job_logging import bind_job
from worker.jobs import HANDLERS

log = logging.getLogger(__name__)
HEARTBEAT_INTERVAL = 5.0
# How long (s) answers are collected that wake jobs, which are woken in one transaction.
WAKE_INTERVAL = 0.2
# How long (s) running calls may continue at shutdown. Supervisors kill after about 10 s.
DRAIN_TIMEOUT = 6.0


class JobRunner:
    """One in each worker process; Celery's threads call `run`. `name` is in its heartbeat."""

    def __init__(self, context: WorkerContext, name: str) -> None:
        self.context = context
        self._name = name
        self._running: set[asyncio.Task[None]] = set()
        self._draining = threading.Event()
        self._drained: asyncio.Task[None] | None = None
        self._closed = False
        self._submit_lock = threading.Lock()
        self._admission = JobAdmission(
            context.concurrency, context.threads, self._claim_jobs, self._start, self._release
        )
        self._batches: set[asyncio.Task[int]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="job-runner", daemon=True
        )
        self._thread.start()
        self._renewing: set[asyncio.Task[None]] = set()
        self._background = [
            asyncio.run_coroutine_threadsafe(work, self._loop)
            for work in (self._send_heartbeats(), self._renew_claims(), self._wake_blocked_jobs())
        ]

    def run(self, job_ids: Sequence[str]) -> int:
        """Start the jobs that are due and not claimed; returns how many of them are new here.

        This waits for no place: an organization whose jobs wait must not hold up the messages of
        others. The dispatch window limits how many jobs wait.
        """
        with self._submit_lock:  # a coroutine that is submitted to a stopped loop never ends
            if self._closed:
                return 0
            batch = asyncio.run_coroutine_threadsafe(self._run_tracked_batch(job_ids), self._loop)
        return batch.result()

    async def _run_tracked_batch(self, job_ids: Sequence[str]) -> int:
        batch = self._loop.create_task(self._start_batch(job_ids))
        self._batches.add(batch)
        batch.add_done_callback(self._batches.discard)
        return await batch

    async def _start_batch(self, job_ids: Sequence[str]) -> int:
        try:
            due = await self._loop.run_in_executor(self.context.threads, self._read_due, job_ids)
        except DATABASE_ERRORS as error:  # beat sends the jobs again
            _log_defect(error)
            return 0
        return 0 if self._draining.is_set() else self._admission.admit(due)

    def _read_due(self, job_ids: Sequence[str]) -> list[DueJob]:
        with self.context.database.read() as session:
            return job_queue.read_due(session, job_ids)

    def _start(self, claim: Claim) -> asyncio.Task[None]:
        task = self._loop.create_task(self._run_job(claim))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def _claim_jobs(self, job_ids: Sequence[str]) -> list[Claim]:
        with self.context.database.write() as session:
            return job_queue.claim(session, job_ids, self.context.policy.claim_ttl)

    async def _run_job(self, claim: Claim) -> None:
        """Run one job. Its failure must not affect the other jobs of its batch."""
        bind_job(claim)
        work = self._loop.create_task(HANDLERS[claim.kind](self.context, claim))
        try:
            with self.context.renewals.hold(claim, work, time.monotonic()):
                await self._finish_job(claim, work)
        except Exception as error:  # noqa: BLE001  (the next line logs it)
            # The claim expires, another worker rescues the job, and the rescue is counted. So a
            # job that breaks every worker ends with a visible error.
            _log_defect(error)

    async def _finish_job(self, claim: Claim, work: asyncio.Task[None]) -> None:
        try:
            await work
        except ClaimLost:
            log.warning("the claim was lost to another worker")
        except asyncio.CancelledError:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            await self._release(claim)

    async def _renew_claims(self) -> None:
        """Renew the claims of jobs that write nothing for long."""
        renewals = self.context.renewals
        while True:
            await asyncio.sleep(renewals.check_interval)
            for held in renewals.take_due(time.monotonic()):
                task = self._loop.create_task(self._renew_claim(held))
                self._renewing.add(task)
                task.add_done_callback(self._renewing.discard)

    async def _renew_claim(self, held: HeldClaim) -> None:
        """Renew a claim; cancel its job when it is lost."""
        bind_job(held.claim)
        try:
            await self.context.run_grouped(held.claim, None, lambda _session, now: now)
        except ClaimLost:
            held.work.cancel()
        except DATABASE_ERRORS as error:
            _log_defect(error)

    async def _release(self, claim: Claim) -> None:
        """Release an interrupted job, due at once. Its state is in the database."""

        def transaction(session: Session, now: datetime) -> None:
            job_queue.release(session, claim, now, now)

        # Lost: its last transaction released the job while it was interrupted.
        with suppress(ClaimLost):
            await self.context.run_grouped(claim, None, transaction)

    async def _wake_blocked_jobs(self) -> None:
        """Wake the jobs that waited for the end of a block, as answers come."""
        while True:
            await asyncio.sleep(WAKE_INTERVAL)
            if job_ids := self.context.blocked_jobs.take_woken():
                try:
                    await self._loop.run_in_executor(self.context.threads, self._wake, job_ids)
                except DATABASE_ERRORS as error:  # they wake at their turns
                    log.warning("waiting jobs are not woken: %s", away_reason(error) or error)

    def _wake(self, job_ids: Sequence[str]) -> None:
        with self.context.database.write() as session:
            early_wakeups.wake_early(session, job_ids)

    async def _send_heartbeats(self) -> None:
        while True:
            try:
                await self._loop.run_in_executor(self.context.threads, self._write_heartbeat)
            except DATABASE_ERRORS as error:
                _log_defect(error)
            await asyncio.sleep(HEARTBEAT_INTERVAL)

    def _write_heartbeat(self) -> None:
        families = self.context.metrics.families()
        with self.context.database.write() as session:
            heartbeats.record(session, self._name, "worker", clock.now(session), families)

    def drain(self) -> None:
        """Take no new jobs, let running calls end, and release all jobs.

        A call that is interrupted must be reconciled by the next worker, after a settle time.
        """
        asyncio.run_coroutine_threadsafe(self._drain(), self._loop).result()

    async def _drain(self) -> None:
        # Once, even if called twice: a second cancellation would interrupt the release of a job.
        if self._drained is None:
            self._drained = self._loop.create_task(self._release_all())
        await asyncio.shield(self._drained)

    async def _release_all(self) -> None:
        self._draining.set()
        await asyncio.gather(*self._batches, return_exceptions=True)
        await self._admission.drain()
        await asyncio.sleep(0)  # a task that is cancelled before its first step releases nothing
        self.context.concurrency.drain()
        running = list(self._running)
        if running:
            await asyncio.wait(running, timeout=DRAIN_TIMEOUT)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def stop(self) -> None:
        """Drain, and close the event loop and the HTTP client."""
        with self._submit_lock:
            self._closed = True
        self.drain()
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        for work in self._background:
            work.cancel()
        await self.context.fetcher.client.aclose()
        if self.context.close_providers is not None:
            await self.context.close_providers()


def _log_defect(error: Exception) -> None:
    """A traceback, unless the database is away: that is said once (models/server_outage.py)."""
    if away_reason(error) is None:
        log.error("unexpected error", exc_info=error)
