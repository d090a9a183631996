"""The limiter shared by organizations: whoever comes late has the next turn."""

import asyncio

import pytest

from provider.errors import NotNow
from tests.unit.worker.provider_limits.limiter_harness import LimiterHarness
from tests.unit.worker.provider_limits.virtual_time import run_in_virtual_time
from worker.provider_limits.limiter import MAX_DELAY_SECONDS, MAX_QUEUE_SECONDS


async def _flood(harness: LimiterHarness, number: int) -> "asyncio.Task[list[object]]":
    """So many calls of one organization, all begun."""
    calls = (harness.call(f"post {each}", "flood") for each in range(number))
    task = asyncio.create_task(_gather(*calls))
    await asyncio.sleep(0.001)
    return task


async def _gather(*calls: object) -> list[object]:
    return list(await asyncio.gather(*calls))  # type: ignore[call-overload]


@pytest.mark.parametrize("rate", [0.0, 10.0])
def test_a_late_call_has_the_next_turn(rate: float) -> None:
    """Behind 25 waiting calls of another organization, a call goes out before nearly all of them:
    where permits are short, and where the rate is."""

    async def story(harness: LimiterHarness) -> None:
        await harness.grow_window()
        harness.seconds = 0.1 if rate else 0.5
        flood = await _flood(harness, 25)
        assert await harness.call("late", "late") == "answered"
        assert len(harness.sent) <= 2 * 4  # what was in flight, and its own turn
        await flood

    run_in_virtual_time(story(LimiterHarness(calls=4, rate=rate)))


def test_a_queue_that_another_fills_rejects_nobody_else() -> None:
    """While the calls of one organization are rejected, because too many wait, a call of another
    one is made."""

    async def story(harness: LimiterHarness) -> None:
        await harness.grow_window()
        flood = await _flood(harness, 200)
        assert isinstance(await harness.call("more", "flood"), NotNow)
        assert await harness.call("late", "late") == "answered"
        await flood

    run_in_virtual_time(story(LimiterHarness(calls=4)))


def test_a_late_call_that_is_put_off_comes_back_soon() -> None:
    """The turns that were given to another organization's many calls do not delay its own."""

    async def story(harness: LimiterHarness) -> None:
        await harness.grow_window()
        limiter = harness.limiter
        delays = [limiter._next_turn_delay("flood") for _ in range(500)]
        assert max(delays) == MAX_DELAY_SECONDS
        assert limiter._next_turn_delay("late") == MAX_QUEUE_SECONDS

    run_in_virtual_time(story(LimiterHarness(calls=4)))


def test_who_is_alone_is_served_as_before() -> None:
    """All permits are in use while only one organization has calls."""

    async def story(harness: LimiterHarness) -> None:
        await harness.grow_window()
        harness.max_in_flight = 0
        await harness.call_many(16)
        assert harness.max_in_flight == 8

    run_in_virtual_time(story(LimiterHarness(calls=8)))
