"""Lets due jobs in: each waits for a place of its organization, and is claimed only then.

A job that waits is not claimed, so another worker with a free place can take it: beat sends its id
again when nobody has claimed it for a while. Jobs that get their places together are claimed in one
transaction.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any

from models.database_errors import DATABASE_ERRORS, away_reason
from models.store.jobs.job_queue import Claim, DueJob
from worker.concurrency import JobConcurrency
from worker.jobs import UNLIMITED_KINDS

log = logging.getLogger(__name__)
# A claim of more jobs in one transaction would let the first of them wait too long.
MAX_CLAIMS = 256


class JobAdmission:
    """`claim` runs in a thread; `start` starts a claimed job; `release` gives a claim back that is
    no longer wanted. For one event loop."""

    def __init__(
        self,
        concurrency: JobConcurrency,
        threads: Executor,
        claim: Callable[[Sequence[str]], list[Claim]],
        start: Callable[[Claim], "asyncio.Task[None]"],
        release: Callable[[Claim], Coroutine[Any, Any, None]],
    ) -> None:
        self._concurrency, self._threads = concurrency, threads
        self._claim, self._start, self._release = claim, start, release
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._ready: dict[str, DueJob] = {}
        self._claiming: asyncio.Task[None] | None = None
        self._is_draining = False

    def admit(self, due: Sequence[DueJob]) -> int:
        """Let these jobs wait for their places; returns how many did not wait already."""
        known = self._waiting.keys() | self._ready.keys()
        new = [job for job in due if job.job_id not in known]
        for job in new:
            if job.kind in UNLIMITED_KINDS:
                self._add_ready(job)
            else:
                task = asyncio.create_task(self._wait_for_place(job))
                self._waiting[job.job_id] = task
                task.add_done_callback(partial(self._forget, job.job_id))
        return len(new)

    async def drain(self) -> None:
        """Let no more jobs in; claims that were just made are given back."""
        self._is_draining = True
        waiting = list(self._waiting.values())
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        if self._claiming is not None:
            await self._claiming

    async def _wait_for_place(self, job: DueJob) -> None:
        await self._concurrency.acquire(job.organization_id)
        self._add_ready(job)

    def _forget(self, job_id: str, _: "asyncio.Task[None]") -> None:
        del self._waiting[job_id]

    def _add_ready(self, job: DueJob) -> None:
        self._ready[job.job_id] = job
        if self._claiming is None or self._claiming.done():
            self._claiming = asyncio.create_task(self._claim_ready())

    async def _claim_ready(self) -> None:
        loop = asyncio.get_running_loop()
        while batch := dict(list(self._ready.items())[:MAX_CLAIMS]):
            claims: list[Claim] = []
            try:
                if not self._is_draining:
                    claims = await loop.run_in_executor(self._threads, self._claim, list(batch))
            except DATABASE_ERRORS as error:  # beat sends the jobs again
                if away_reason(error) is None:
                    log.exception("jobs cannot be claimed")
            await self._start_all(batch, claims)

    async def _start_all(self, batch: dict[str, DueJob], claims: list[Claim]) -> None:
        for id_ in batch:
            del self._ready[id_]
        if self._is_draining:  # the drain began during the claim
            await asyncio.gather(*map(self._release, claims))
            claims = []
        for claim in claims:
            self._start(claim).add_done_callback(partial(self._free, batch.pop(claim.job_id)))
        for job in batch.values():
            self._free(job)

    def _free(self, job: DueJob, _: "asyncio.Task[None] | None" = None) -> None:
        if job.kind not in UNLIMITED_KINDS:
            self._concurrency.release(job.organization_id)
