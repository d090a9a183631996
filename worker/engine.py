"""The engine: carries blocks of jobs on one event loop.

Calls at the provider are coroutines; transactions are short and run in a few threads. While a job
is worked on, its claim is renewed; once the claim is lost, the work stops and writes nothing more.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

from models.store import clock, heartbeats, jobs
from models.store.jobs import Claim, ClaimLost
from models.task_names import JobKind
from worker.carry import carry_post
from worker.chores import arrange_queue, open_slot, sync_accounts
from worker.context import about
from worker.tools import Tools
from worker.webhook.deliver import deliver

log = logging.getLogger(__name__)
HEARTBEAT_INTERVAL = 5.0
# So long (s) may calls go on while the process is asked to stop; supervisors wait for about 10.
LAST_CALLS = 6.0
CARRY: dict[JobKind, Callable[[Tools, Claim], Coroutine[Any, Any, None]]] = {
    JobKind.POST: carry_post,
    JobKind.FIRING: open_slot,
    JobKind.ACCOUNTS: sync_accounts,
    JobKind.QUEUE: arrange_queue,
    JobKind.WEBHOOK: deliver,
}
# Webhooks have places of their own, so that no post waits for a slow receiver.
HANDLESS = frozenset({JobKind.WEBHOOK})


class Engine:
    """One a worker process; Celery's threads call `run`. `name` signs its heartbeat."""

    def __init__(self, tools: Tools, name: str) -> None:
        self.tools = tools
        self._name = name
        self._running: set[asyncio.Task[None]] = set()
        self._draining = threading.Event()
        self._drained: asyncio.Task[None] | None = None
        self._closed = False
        self._door = threading.Lock()
        self._blocks: set[asyncio.Task[int]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="engine", daemon=True)
        self._thread.start()
        self._heart = asyncio.run_coroutine_threadsafe(self._beat(), self._loop)

    def run(self, job_ids: Sequence[str]) -> int:
        """Take those of the jobs that are due and free; returns how many were.

        They are carried on after this returns; it waits only while all hands are full.
        """
        with self._door:  # a coroutine that a stopped loop was given would never end
            if self._closed:
                return 0
            block = asyncio.run_coroutine_threadsafe(self._block(job_ids), self._loop)
        return block.result()

    async def _block(self, job_ids: Sequence[str]) -> int:
        block = self._loop.create_task(self._run(job_ids))
        self._blocks.add(block)
        block.add_done_callback(self._blocks.discard)
        return await block

    async def _run(self, job_ids: Sequence[str]) -> int:
        await self.tools.hands.take()  # back-pressure: claim nothing that nobody can work on
        self.tools.hands.put()
        if self._draining.is_set():
            return 0
        held = await self._loop.run_in_executor(self.tools.threads, self._claim, job_ids)
        if self._draining.is_set():  # it began while we claimed
            await asyncio.gather(*(self._let_go(claim) for claim in held))
            return 0
        for claim in held:
            self._track(self._guard(claim))
        return len(held)

    def _track(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._loop.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def _claim(self, job_ids: Sequence[str]) -> list[Claim]:
        with self.tools.database.write() as session:
            return jobs.claim(session, job_ids, self.tools.policy.claim_ttl)

    async def _guard(self, held: Claim) -> None:
        """Carry one job; whatever becomes of it must not touch the others of its block."""
        about(held)
        work = self._loop.create_task(self._carry(held))
        keeper = self._loop.create_task(self._keep(held, work))
        try:
            await work
        except ClaimLost:
            log.warning("the claim was lost to another worker")
        except asyncio.CancelledError:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            await self._let_go(held)
        except OperationalError as error:  # as with a dead worker: the claim runs out
            log.warning("the database does not answer: %s", error.orig)
        except Exception:  # a defect in one job
            # The claim runs out, another worker tries, and the rescue is counted: a job that
            # breaks every worker ends visibly.
            log.exception("unexpected error")
        finally:
            keeper.cancel()

    async def _carry(self, held: Claim) -> None:
        if held.kind in HANDLESS:
            await CARRY[held.kind](self.tools, held)
            return
        await self.tools.hands.take()
        try:
            await CARRY[held.kind](self.tools, held)
        finally:
            self.tools.hands.put()

    async def _keep(self, held: Claim, work: asyncio.Task[None]) -> None:
        """Renew the claim while its job is worked on; stop the work when it is lost."""
        while True:
            await asyncio.sleep(self.tools.policy.claim_ttl.total_seconds() / 3)
            try:
                await self.tools.write_post(held, None, lambda _session, now: now)
            except ClaimLost:
                work.cancel()
                return
            except DBAPIError as error:
                log.warning("the claim was not renewed: %s", error.orig)

    async def _let_go(self, held: Claim) -> None:
        """Give an interrupted job back at once; where it stands is in the database."""

        def transaction(session: Session, now: datetime) -> None:
            jobs.release(session, held, now, now)

        # Lost: its last transaction let it go while we interrupted it.
        with suppress(ClaimLost):
            await self.tools.write_post(held, None, transaction)

    async def _beat(self) -> None:
        while True:
            try:
                await self._loop.run_in_executor(self.tools.threads, self._say_alive)
            except DBAPIError as error:
                log.warning("no heartbeat: %s", error.orig)
            await asyncio.sleep(HEARTBEAT_INTERVAL)

    def _say_alive(self) -> None:
        counted = self.tools.metrics.families()
        with self.tools.database.write() as session:
            heartbeats.record(session, self._name, "worker", clock.now(session), counted)

    def drain(self) -> None:
        """Let calls that are under way end, give all jobs back, and take no new ones.

        A call that is interrupted has to be looked into by the next worker, after a settle time.
        """
        asyncio.run_coroutine_threadsafe(self._drain(), self._loop).result()

    async def _drain(self) -> None:
        # Once, whoever asks: interrupted twice, a job would be interrupted in being let go.
        if self._drained is None:
            self._drained = self._loop.create_task(self._let_all_go())
        await asyncio.shield(self._drained)

    async def _let_all_go(self) -> None:
        self._draining.set()
        await asyncio.sleep(0)  # a task that is cancelled before its first step lets nothing go
        self.tools.hands.close()
        running = list(self._running)
        if running:
            await asyncio.wait(running, timeout=LAST_CALLS)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, *self._blocks, return_exceptions=True)

    def stop(self) -> None:
        """Drain, and close what the engine holds."""
        with self._door:
            self._closed = True
        self.drain()
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        self._heart.cancel()
        await self.tools.fetcher.client.aclose()
