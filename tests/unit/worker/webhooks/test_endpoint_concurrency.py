"""The concurrency of webhook calls: limited in total and for each endpoint."""

import asyncio
from collections import Counter

import pytest

from worker.webhooks.endpoint_concurrency import (
    MAX_CALLS,
    MAX_WAITING,
    WAITING_RESERVE,
    EndpointConcurrency,
    QueueFull,
)


def places(calls: int = 3, per_endpoint: int = 2, queue: int = 2) -> EndpointConcurrency:
    """Small limits, with one waiting job for each endpoint."""
    return EndpointConcurrency(calls, per_endpoint, queue, 1, calls_reserve=0, queue_reserve=0)


async def hold(
    found: EndpointConcurrency, endpoint: str, go: asyncio.Event, under_way: Counter[str]
) -> bool:
    """Make a call that lasts until `go`; returns whether it had to wait."""
    async with found.acquire("acme", endpoint) as waited:
        under_way[endpoint] += 1
        await go.wait()
        under_way[endpoint] -= 1
        return waited


def test_a_slow_endpoint_leaves_places_for_others() -> None:
    """Its own calls are limited, further calls wait, and calls beyond these are rejected."""

    async def run() -> None:
        found, slow, quick, under_way = places(), asyncio.Event(), asyncio.Event(), Counter[str]()
        tasks = [asyncio.create_task(hold(found, "slow", slow, under_way)) for _ in range(3)]
        await asyncio.sleep(0)
        assert under_way == {"slow": 2}
        with pytest.raises(QueueFull):
            async with found.acquire("acme", "slow"):
                pass
        quick.set()
        assert await hold(found, "quick", quick, under_way) is False
        slow.set()
        assert await asyncio.gather(*tasks) == [False, False, True]

    asyncio.run(run())


def test_calls_in_all_are_bounded() -> None:
    """However many endpoints there are; when the queue is full, calls are rejected."""

    async def run() -> None:
        found, go, under_way = places(), asyncio.Event(), Counter[str]()
        tasks = [asyncio.create_task(hold(found, f"{n}", go, under_way)) for n in range(5)]
        await asyncio.sleep(0)
        assert under_way.total() == 3
        with pytest.raises(QueueFull):
            async with found.acquire("acme", "another"):
                pass
        go.set()
        assert await asyncio.gather(*tasks) == [False, False, False, True, True]
        assert under_way.total() == 0
        assert await hold(found, "another", go, under_way) is False

    asyncio.run(run())


def test_a_call_that_is_broken_off_gives_its_place_back() -> None:
    """In flight or waiting: afterwards all permits are free again."""

    async def run() -> None:
        found, go, under_way = places(calls=1, per_endpoint=1), asyncio.Event(), Counter[str]()
        tasks = [asyncio.create_task(hold(found, "a", go, under_way)) for _ in range(2)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        go.set()
        assert await hold(found, "a", go, Counter()) is False

    asyncio.run(run())


MUTE_RECEIVERS = 20


def test_mute_receivers_of_one_organization_delay_no_other() -> None:
    """While all calls that an organization may have are held, with more in its queue, another's
    call begins at once; and so does the call of a further receiver when one of them ends."""

    async def run() -> None:
        found, mute, quick = EndpointConcurrency(), asyncio.Event(), asyncio.Event()
        quick.set()
        under_way: Counter[str] = Counter()
        flood = [
            asyncio.create_task(hold(found, f"{n % MUTE_RECEIVERS}", mute, under_way))
            for n in range(560)
        ]
        await asyncio.sleep(0)
        assert under_way.total() == MAX_CALLS
        async with found.acquire("other", "theirs") as waited:
            assert waited is False
        mute.set()
        await asyncio.gather(*flood)

    asyncio.run(run())


def test_a_flood_leaves_room_in_the_queue() -> None:
    """When an organization has filled its part of the queue, another's jobs may still wait."""

    async def run() -> None:
        found, go, under_way = EndpointConcurrency(), asyncio.Event(), Counter[str]()
        many = 2 * (MAX_WAITING + WAITING_RESERVE)
        flood = [asyncio.create_task(hold(found, f"{n}", go, under_way)) for n in range(many)]
        await asyncio.sleep(0)
        assert sum(each.done() for each in flood) > MAX_WAITING  # refused, as the queue is full
        go.set()
        async with found.acquire("other", "theirs"):
            pass
        ended = await asyncio.gather(*flood, return_exceptions=True)
        assert {type(each) for each in ended} == {bool, QueueFull}

    asyncio.run(run())


def test_an_organization_shares_its_calls_by_endpoint() -> None:
    """Two mute receivers have its calls, and more events wait for them: when one call ends, the
    place goes to a receiver that came last."""

    async def run() -> None:
        found = EndpointConcurrency(4, 2, queue=50, queue_per_endpoint=50)
        first, rest, under_way = asyncio.Event(), asyncio.Event(), Counter[str]()
        mute = [hold(found, f"mute-{n % 2}", rest if n else first, under_way) for n in range(20)]
        tasks = [asyncio.create_task(each) for each in mute]
        await asyncio.sleep(0)
        tasks += [asyncio.create_task(hold(found, "late", rest, under_way)) for _ in range(2)]
        await asyncio.sleep(0)
        assert under_way == {"mute-0": 2, "mute-1": 2}
        first.set()
        await tasks[0]
        await asyncio.sleep(0)
        assert under_way == {"mute-0": 1, "mute-1": 2, "late": 1}
        rest.set()
        await asyncio.gather(*tasks)

    asyncio.run(run())
