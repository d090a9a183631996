"""Group commit: the transactions of many jobs become one, so that they share one commit.

The writes that arrive during a transaction form the next one. Each job has its own fence: a job
that lost its claim gets ClaimLost, and the others go on. If one function fails, the transaction is
rolled back and each job runs in its own, so that one failing job does not affect the others.
"""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlmodel import Session

from models.database import Database
from models.store.jobs import fencing, job_queue
from models.store.jobs.job_queue import Claim
from models.store.sql import write_buffer
from models.store.webhooks import post_events
from worker.turn_queue import TurnQueue

T = TypeVar("T")
# In a larger batch, the first job would wait too long for the last.
MAX_BATCH = 128
# Transactions at once. Two, so that an organization's first write does not wait for the long
# transaction of another one's many; an organization is in one of them at most.
MAX_LANES = 2


class Replan:
    """Returned by a `plan` function that changed its post: call it again, in this transaction."""


REPLAN = Replan()
PlanFunction = Callable[[Session, datetime], T | Replan]
Prefetch = Callable[[Session, list[Claim]], None]


class _BatchFailed(Exception):
    """One of the functions failed, before anything was committed."""


@dataclass(eq=False, slots=True)
class PendingWrite:
    """One job's functions, `write` and `plan`, and the future for the result of `plan`."""

    claim: Claim
    write: Callable[[Session, datetime], object] | None
    plan: PlanFunction[Any]
    future: "asyncio.Future[Any]"
    result: Any = None


class GroupCommit:
    """Runs transactions in threads. `prefetch` reads the rows for many `plan` functions at once."""

    def __init__(
        self, database: Database, threads: Executor, ttl: timedelta, prefetch: Prefetch
    ) -> None:
        self._database, self._threads = database, threads
        self._ttl, self._prefetch = ttl, prefetch
        self._waiting: TurnQueue[PendingWrite] = TurnQueue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._lanes = 0
        self._busy: set[str] = set()  # the organizations whose writes are in a transaction now

    async def run(
        self,
        claim: Claim,
        write: Callable[[Session, datetime], object] | None,
        plan: PlanFunction[T],
    ) -> T:
        """Run a job's functions after its fence; returns the result of `plan`."""
        pending = PendingWrite(claim, write, plan, asyncio.get_running_loop().create_future())
        self._waiting.push(claim.organization_id, pending)
        if self._lanes < MAX_LANES and claim.organization_id not in self._busy:
            self._lanes += 1
            self._spawn(self._run_batches())
        result: T = await pending.future
        return result

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run_batches(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while batch := self._next_batch():
                owners = {pending.claim.organization_id for pending in batch}
                self._busy |= owners
                try:
                    remaining = await loop.run_in_executor(self._threads, self._try_batch, batch)
                finally:
                    self._busy -= owners
                for pending in batch:
                    if pending in remaining:
                        self._spawn(self._run_single(pending))
                    else:
                        _set_result(pending)
        finally:
            self._lanes -= 1

    def _next_batch(self) -> list[PendingWrite]:
        """The next batch, one write per job: a second write of a job needs a fence of its own.
        Organizations take turns where more writes wait than fit."""
        chosen: dict[str, PendingWrite] = {}
        later: list[PendingWrite] = []
        while (
            len(chosen) < MAX_BATCH
            and (key := self._waiting.next_key(without=self._busy)) is not None
        ):
            pending = self._waiting.pop(key)
            if pending.future.done():  # cancelled: nothing waits for it any more
                continue
            if pending.claim.job_id in chosen:
                later.append(pending)
            else:
                chosen[pending.claim.job_id] = pending
        for pending in later:
            self._waiting.push(pending.claim.organization_id, pending)
        return list(chosen.values())

    def _try_batch(self, batch: list[PendingWrite]) -> list[PendingWrite]:
        """Run the batch in one transaction; returns the writes that must run alone."""
        try:
            return self._run_batch(batch)
        except _BatchFailed:
            return batch
        except Exception as error:  # noqa: BLE001  (each job handles it)
            for pending in batch:
                pending.result = error
            return []

    def _run_batch(self, batch: list[PendingWrite]) -> list[PendingWrite]:
        with self._database.write() as session:
            claims = [pending.claim for pending in batch]
            now, renewed = fencing.fence_many(session, claims, self._ttl)
            fenced = [each for each in batch if (each.claim.job_id, each.claim.token) in renewed]
            try:
                self._execute(session, now, fenced)
            except Exception as error:  # the job is not known, so each one runs alone
                raise _BatchFailed from error
        return [pending for pending in batch if pending not in fenced]

    def _execute(self, session: Session, now: datetime, batch: list[PendingWrite]) -> None:
        buffer = write_buffer.buffer_writes(session)
        for pending in batch:
            if pending.write is not None:
                pending.write(session, now)
        while batch:
            buffer.flush()
            self._prefetch(
                session, [pending.claim for pending in batch if pending.write is not None]
            )
            for pending in batch:
                pending.result = pending.plan(session, now)
            batch = [pending for pending in batch if pending.result is REPLAN]
        buffer.flush()
        post_events.flush(session)  # here, because an error inside the commit would fail all jobs

    async def _run_single(self, pending: PendingWrite) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._threads, self._try_single, pending)
        _set_result(pending)

    def _try_single(self, pending: PendingWrite) -> None:
        try:
            with self._database.write() as session:
                now = job_queue.fence(session, pending.claim, self._ttl)
                self._execute(session, now, [pending])
        except Exception as error:  # noqa: BLE001  (the job handles it)
            pending.result = error


def _set_result(pending: PendingWrite) -> None:
    if pending.future.done():  # cancelled: nothing waits for it any more
        return
    if isinstance(pending.result, Exception):
        pending.future.set_exception(pending.result)
    else:
        pending.future.set_result(pending.result)
