"""The concurrency of webhook calls: limited in total and for each endpoint."""

import asyncio
from collections import Counter

import pytest

from worker.webhooks.endpoint_concurrency import EndpointConcurrency, QueueFull


def places(calls: int = 3, per_endpoint: int = 2, queue: int = 2) -> EndpointConcurrency:
    """Small limits, with one waiting job for each endpoint."""
    return EndpointConcurrency(calls, per_endpoint, queue, 1)


async def hold(
    found: EndpointConcurrency, endpoint: str, go: asyncio.Event, under_way: Counter[str]
) -> bool:
    """Make a call that lasts until `go`; returns whether it had to wait."""
    async with found.acquire(endpoint) as waited:
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
            async with found.acquire("slow"):
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
            async with found.acquire("another"):
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
