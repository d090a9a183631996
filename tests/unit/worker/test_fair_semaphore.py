"""Tests of the semaphore whose places are shared by key."""

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from worker.fair_semaphore import FairSemaphore

PLACES, RESERVE = 12, 4
KEYS = st.sampled_from("abcde")


async def _wait_for(semaphore: FairSemaphore, key: str) -> "asyncio.Task[None]":
    task = asyncio.create_task(semaphore.acquire(key))
    await asyncio.sleep(0)
    return task


async def _flood(semaphore: FairSemaphore, key: str, count: int) -> "list[asyncio.Task[None]]":
    return [await _wait_for(semaphore, key) for _ in range(count)]


async def _cancel(tasks: "list[asyncio.Task[None]]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@given(st.integers(1, 300), st.integers(0, 60))
def test_who_is_alone_gets_all_places(places: int, reserve: int) -> None:
    """A key that is alone gets exactly `places`, and the reserve stays free."""

    async def run() -> None:
        semaphore = FairSemaphore(places, reserve)
        tasks = await _flood(semaphore, "a", places + reserve + 5)
        assert semaphore.held("a") == places
        await _cancel(tasks)

    asyncio.run(run())


def test_who_comes_late_gets_places_at_once() -> None:
    """While one key has all its places and a long queue, others get places without any release."""

    async def run() -> None:
        semaphore = FairSemaphore(PLACES, RESERVE)
        flood = await _flood(semaphore, "a", 1000)
        late = [await _wait_for(semaphore, key) for key in "bcd"]
        assert all(task.done() for task in late)
        await _cancel(flood)

    asyncio.run(run())


def test_shares_become_equal_as_places_are_released() -> None:
    """When the key that had all places releases them, two keys that always wait share them."""

    async def run() -> None:
        semaphore = FairSemaphore(PLACES, RESERVE)
        waiting = await _flood(semaphore, "a", 100) + await _flood(semaphore, "b", 100)
        for _ in range(50):
            most = max("ab", key=semaphore.held)
            semaphore.release(most)
            await asyncio.sleep(0)
        assert abs(semaphore.held("a") - semaphore.held("b")) <= 1
        await _cancel(waiting)

    asyncio.run(run())


def test_keys_that_hold_the_same_take_turns() -> None:
    """One place that is given back again and again goes round all keys that wait."""

    async def run() -> None:
        semaphore = FairSemaphore(1, 0)
        order: list[str] = []

        async def work(key: str) -> None:
            async with semaphore.hold(key):
                order.append(key)
                await asyncio.sleep(0)

        keys = ["a"] * 4 + ["b"] * 2 + ["c"]
        await asyncio.gather(*(work(key) for key in keys))
        assert "".join(order) == "aabcaba"

    asyncio.run(run())


def test_a_cancelled_waiter_takes_no_place() -> None:
    """A caller that is cancelled while it waits, or just when it is granted, takes no place."""

    async def run() -> None:
        semaphore = FairSemaphore(1, 0)
        await semaphore.acquire("a")
        waits, granted = await _flood(semaphore, "b", 2)
        waits.cancel()
        await asyncio.sleep(0)
        semaphore.release("a")  # grants the place to a task that has not run since
        granted.cancel()
        await asyncio.gather(waits, granted, return_exceptions=True)
        assert (semaphore.total_held, semaphore.waiting) == (0, 0)

    asyncio.run(run())


def test_a_place_that_nobody_holds_cannot_be_released() -> None:
    """A release without an acquire is an error, and no place appears."""
    semaphore = FairSemaphore(1, 0)
    with pytest.raises(RuntimeError, match="not held"):
        semaphore.release("a")


class SemaphoreRules(RuleBasedStateMachine):
    """Random acquires, releases and cancellations, against a count of the places."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.semaphore = FairSemaphore(PLACES, RESERVE)
        self.tasks: list[tuple[str, asyncio.Task[None]]] = []

    def _settle(self) -> None:
        for _ in range(3):
            self.loop.run_until_complete(asyncio.sleep(0))

    def _holding(self) -> "Counter[str]":
        return Counter(key for key, task in self.tasks if task.done())

    @rule(key=KEYS)
    def acquire(self, key: str) -> None:
        """A caller comes."""
        self.tasks.append((key, self.loop.create_task(self.semaphore.acquire(key))))
        self._settle()

    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        """A caller that holds a place gives it back."""
        done = [each for each in self.tasks if each[1].done()]
        if done:
            chosen = data.draw(st.sampled_from(done))
            self.tasks.remove(chosen)
            self.semaphore.release(chosen[0])
            self._settle()

    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        """A caller that waits is cancelled."""
        waiting = [each for each in self.tasks if not each[1].done()]
        if waiting:
            chosen = data.draw(st.sampled_from(waiting))
            self.tasks.remove(chosen)
            chosen[1].cancel()
            self._settle()

    @invariant()
    def counts_are_right(self) -> None:
        """No place is lost or given twice, and no key holds more than its places."""
        holding = self._holding()
        assert {key: self.semaphore.held(key) for key in "abcde"} == {
            key: holding[key] for key in "abcde"
        }
        assert self.semaphore.total_held == holding.total() <= PLACES + RESERVE
        assert self.semaphore.waiting == len(self.tasks) - holding.total()
        assert all(count <= PLACES for count in holding.values())

    @invariant()
    def nobody_waits_who_may_take_a_place(self) -> None:
        """A key waits only while it may take no more, and holds something or nothing is free."""
        holding = self._holding()
        free = PLACES + RESERVE - holding.total()
        for key, task in self.tasks:
            if not task.done():
                assert not self.semaphore.may_take(key)
                assert holding[key] or not free

    def teardown(self) -> None:
        """End the waiting tasks and the loop."""
        for _, task in self.tasks:
            task.cancel()
        self._settle()
        self.loop.close()


TestSemaphoreRules = SemaphoreRules.TestCase
