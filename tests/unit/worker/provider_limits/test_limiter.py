"""The limiter: calls in flight, calls per second, in turn, and one call at the start."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from provider.errors import NotNow
from tests.hypothesis_profiles import examples
from tests.unit.worker.provider_limits.limiter_harness import (
    LimiterHarness,
    count_results,
    retry_delay,
)
from tests.unit.worker.provider_limits.virtual_time import run_in_virtual_time
from worker.provider_limits.limiter import MAX_QUEUE_SECONDS
from worker.provider_limits.worker_share import WorkerShare


def test_calls_begin_with_one_and_double_with_each_answer() -> None:
    """After a start, as after an opening: 1, 2, 4, 8 calls, and then the share."""

    async def story(harness: LimiterHarness) -> None:
        harness.seconds = 0.5
        asked = asyncio.create_task(harness.call_many(60))
        seen = []
        for _ in range(6):
            await asyncio.sleep(0.25)
            seen.append(harness.in_flight)
            await asyncio.sleep(0.25)
        assert seen == [1, 2, 4, 8, 10, 10]
        await asked

    run_in_virtual_time(story(LimiterHarness(calls=10)))


def test_no_more_calls_at_once_than_the_share() -> None:
    """However many callers there are, and in whatever order the calls end."""

    async def story(harness: LimiterHarness) -> None:
        harness.seconds = 0.01
        results = await harness.call_many(300)
        assert count_results(results) == {"answered": 300}
        assert harness.max_in_flight == 5

    run_in_virtual_time(story(LimiterHarness(calls=5)))


def test_calls_are_evenly_spaced() -> None:
    """Four per second: a quarter of a second between two calls, with no burst at the start."""

    async def story(harness: LimiterHarness) -> None:
        harness.seconds = 0.01
        await asyncio.sleep(5)
        assert count_results(await harness.call_many(8)) == {"answered": 8}
        gaps = [
            after - before for before, after in zip(harness.sent, harness.sent[1:], strict=False)
        ]
        assert all(abs(gap - 0.25) < 0.001 for gap in gaps)

    run_in_virtual_time(story(LimiterHarness(rate=4)))


def test_a_new_share_is_taken_up() -> None:
    """Workers start and stop: the next call uses the new limits."""

    async def story(harness: LimiterHarness) -> None:
        await harness.grow_window()
        harness.share, harness.max_in_flight = WorkerShare(2, 0), 0
        await harness.call_many(4)
        assert harness.max_in_flight == 2

    run_in_virtual_time(story(LimiterHarness(calls=8)))


def test_who_waits_too_long_gets_a_turn_of_its_own() -> None:
    """NotNow, each with another delay: the callers do not return at the same time."""

    async def story(harness: LimiterHarness) -> None:
        harness.seconds = 2
        results = await harness.call_many(50)
        refused = [each for each in results if isinstance(each, NotNow)]
        assert len(harness.sent) + len(refused) == 50
        turns = sorted(retry_delay(each) for each in refused)
        assert turns[0] > MAX_QUEUE_SECONDS - 0.01
        again = [
            retry_delay(each) for each in await harness.call_many(50) if isinstance(each, NotNow)
        ]
        assert len(set(again)) == len(again) > 0

    run_in_virtual_time(story(LimiterHarness(calls=2)))


def test_a_rate_refuses_at_once_those_who_would_wait_in_vain() -> None:
    """Two per second: about six callers wait, the others get NotNow at once."""

    async def story(harness: LimiterHarness) -> None:
        harness.seconds = 0.01
        loop = asyncio.get_running_loop()
        started = loop.time()
        results = await harness.call_many(400)
        assert loop.time() - started <= MAX_QUEUE_SECONDS + harness.seconds
        turns = sorted(retry_delay(each) for each in results if isinstance(each, NotNow))
        assert len(turns) + len(harness.sent) == 400
        assert turns[-1] > 10 * MAX_QUEUE_SECONDS  # spread over what so many really take

    run_in_virtual_time(story(LimiterHarness(rate=2)))


def test_a_worker_without_a_share_sends_nothing() -> None:
    """There are more workers than calls: those without a share get NotNow."""

    async def story(harness: LimiterHarness) -> None:
        assert count_results(await harness.call_many(3)) == {"NotNow": 3}
        assert harness.sent == []

    run_in_virtual_time(story(LimiterHarness(calls=0)))


@settings(deadline=None, max_examples=examples(50))
@given(st.lists(st.tuples(st.floats(0, 4), st.floats(0, 4)), max_size=30), st.sampled_from([0, 3]))
def test_a_cancelled_caller_leaves_no_gap(lives: list[tuple[float, float]], rate: float) -> None:
    """Cancelled while it waits, is admitted, or is in flight: all permits are free afterwards."""

    async def live(harness: LimiterHarness, begin: float, length: float) -> None:
        await asyncio.sleep(begin)
        task = asyncio.create_task(harness.call())
        await asyncio.sleep(length)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def story(harness: LimiterHarness) -> None:
        await asyncio.gather(*(live(harness, *each) for each in lives))
        await asyncio.sleep(60)
        assert harness.in_flight == 0
        harness.share, harness.seconds, harness.max_in_flight = WorkerShare(3, 0), 0.1, 0
        assert count_results(await harness.call_many(9)) == {"answered": 9}
        await harness.grow_window()
        assert harness.max_in_flight == 3

    run_in_virtual_time(story(LimiterHarness(calls=3, rate=rate)))
