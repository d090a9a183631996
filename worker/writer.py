"""The writer: transactions of many jobs become one, so that they share one commit.

What waits while a transaction runs is the next one. Each job keeps its own fence: who lost its
claim gets ClaimLost, and the others go on. Where one function fails, all are rolled back and each
runs by itself, so that a job that breaks its transaction breaks no other's.
"""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlmodel import Session

from models.database import Database
from models.store import announce, fencing, gathered, jobs
from models.store.jobs import Claim

T = TypeVar("T")
# Longer transactions would make the first of them wait for the last.
MOST = 128


class Again:
    """What a function returns that wants a fresh look at its post, in the same transaction."""


AGAIN = Again()
Work = Callable[[Session, datetime], T | Again]
Read = Callable[[Session, list[Claim]], None]


class _Spoiled(Exception):
    """One of the functions failed, before anything was committed."""


@dataclass(eq=False, slots=True)
class Order:
    """One job's functions: `first` writes, `then` looks and decides. Others' run beside them."""

    held: Claim
    first: Callable[[Session, datetime], object] | None
    then: Work[Any]
    answer: "asyncio.Future[Any]"
    result: Any = None


class Writer:
    """Runs transactions in threads. `read` looks ahead for many `then` functions at once."""

    def __init__(self, database: Database, threads: Executor, ttl: timedelta, read: Read) -> None:
        self._database, self._threads = database, threads
        self._ttl, self._read = ttl, read
        self._waiting: list[Order] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_busy = False

    async def write(
        self, held: Claim, first: Callable[[Session, datetime], object] | None, then: Work[T]
    ) -> T:
        """Run a job's functions behind its fence, and return what the last one returned."""
        order = Order(held, first, then, asyncio.get_running_loop().create_future())
        self._waiting.append(order)
        if not self._is_busy:
            self._is_busy = True
            self._spawn(self._run())
        answer: T = await order.answer
        return answer

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while orders := self._next():
                rest = await loop.run_in_executor(self._threads, self._attempt, orders)
                for order in orders:
                    if order in rest:
                        self._spawn(self._alone(order))
                    else:
                        _settle(order)
        finally:
            self._is_busy = False

    def _next(self) -> list[Order]:
        """The next transaction's orders, one a job: a second one must meet a fence of its own."""
        chosen: dict[str, Order] = {}
        later = []
        for order in self._waiting:
            if order.answer.done():  # nobody waits for it any more
                continue
            if len(chosen) < MOST and order.held.job_id not in chosen:
                chosen[order.held.job_id] = order
            else:
                later.append(order)
        self._waiting = later
        return list(chosen.values())

    def _attempt(self, orders: list[Order]) -> list[Order]:
        """Run these together; returns those that are still to be run by themselves."""
        try:
            return self._together(orders)
        except _Spoiled:
            return orders
        except Exception as error:  # noqa: BLE001  (it is every job's to deal with)
            for order in orders:
                order.result = error
            return []

    def _together(self, orders: list[Order]) -> list[Order]:
        with self._database.write() as session:
            claims = [order.held for order in orders]
            now, renewed = fencing.fence_many(session, claims, self._ttl)
            ours = [each for each in orders if (each.held.job_id, each.held.token) in renewed]
            try:
                self._work(session, now, ours)
            except Exception as error:  # whichever job it was, each is tried by itself
                raise _Spoiled from error
        return [order for order in orders if order not in ours]

    def _work(self, session: Session, now: datetime, orders: list[Order]) -> None:
        gathering = gathered.buffer_writes(session)
        for order in orders:
            if order.first is not None:
                order.first(session, now)
        while orders:
            gathering.flush()
            self._read(session, [order.held for order in orders if order.first is not None])
            for order in orders:
                order.result = order.then(session, now)
            orders = [order for order in orders if order.result is AGAIN]
        gathering.flush()
        announce.flush(session)  # not left to the commit, whose failure is that of all

    async def _alone(self, order: Order) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._threads, self._by_itself, order)
        _settle(order)

    def _by_itself(self, order: Order) -> None:
        try:
            with self._database.write() as session:
                now = jobs.fence(session, order.held, self._ttl)
                self._work(session, now, [order])
        except Exception as error:  # noqa: BLE001  (it is the job's to deal with)
            order.result = error


def _settle(order: Order) -> None:
    if order.answer.done():  # nobody waits for it any more
        return
    if isinstance(order.result, Exception):
        order.answer.set_exception(order.result)
    else:
        order.answer.set_result(order.result)
