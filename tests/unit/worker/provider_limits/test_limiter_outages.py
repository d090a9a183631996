"""The limiter in an outage: the breaker is open for all callers, longer each time, and then the
window grows again."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from provider.errors import (
    GiveUp,
    NotNow,
    Outage,
    OutcomeUnknown,
    ProviderError,
    Reconnect,
    RestartUpload,
    Retry,
    RetryAfter,
)
from tests.unit.worker.provider_limits.limiter_harness import (
    LimiterHarness,
    count_results,
    retry_delay,
)
from tests.unit.worker.provider_limits.virtual_time import run_in_virtual_time
from worker.provider_limits.worker_share import ProviderBlock


def away() -> ProviderError:
    """The error of a call while the provider is down."""
    return Retry("answered 503", 503)


async def open_breaker(harness: LimiterHarness) -> None:
    """Open the breaker: the provider is down."""
    harness.make_error = away
    results = [await harness.call(f"post {number}") for number in range(5)]
    assert count_results(results) == {"Retry": 4, "Outage": 1}
    harness.sent.clear()


def test_failures_in_a_row_open_the_breaker() -> None:
    """The fifth is an Outage of some seconds with the same message; after it nothing is sent."""

    async def story(harness: LimiterHarness) -> None:
        await open_breaker(harness)
        results = await harness.call_many(20)
        assert count_results(results) == {"NotNow": 20}
        assert harness.sent == []
        assert {0 < retry_delay(each) <= 1 for each in results} == {True}

    run_in_virtual_time(story(LimiterHarness()))


def test_one_post_is_no_outage() -> None:
    """A post that always fails does not affect others, however often it is tried."""

    async def story(harness: LimiterHarness) -> None:
        harness.make_error = away
        results = [await harness.call("this one") for _ in range(50)]
        assert count_results(results) == {"Retry": 50}
        harness.make_error = None
        assert await harness.call("another") == "answered"

    run_in_virtual_time(story(LimiterHarness()))


@pytest.mark.parametrize("kind", [GiveUp, Reconnect, RestartUpload])
def test_a_refusal_is_an_answer(kind: type[ProviderError]) -> None:
    """The provider answered: no outage, and the next failure counts as the first."""

    async def story(harness: LimiterHarness) -> None:
        for number in range(40):
            harness.make_error = away if number % 5 else lambda: kind("no")
            result = await harness.call(f"post {number}")
            assert not isinstance(result, RetryAfter | NotNow)

    run_in_virtual_time(story(LimiterHarness()))


@pytest.mark.parametrize("status", [None, 503, 408, 409])
def test_lost_answers_stay_what_they_are(status: int | None) -> None:
    """Each of them must be reconciled, so none becomes an Outage. The next caller gets the Outage,
    once, without a call. A conflict is an answer."""

    async def story(harness: LimiterHarness) -> None:
        harness.make_error = lambda: OutcomeUnknown("lost", status)
        results = [await harness.call(f"post {number}") for number in range(5)]
        assert count_results(results) == {"OutcomeUnknown": 5}
        harness.make_error = None
        results = await harness.call_many(3)
        is_outage = status != 409
        assert count_results(results) == (
            {"Outage": 1, "NotNow": 2} if is_outage else {"answered": 3}
        )
        assert len(harness.sent) == (5 if is_outage else 8)

    run_in_virtual_time(story(LimiterHarness()))


def test_what_never_left_us_shows_nothing() -> None:
    """A call without a free connection of ours is neither a success nor a failure."""

    async def story(harness: LimiterHarness) -> None:
        harness.make_error = lambda: NotNow("all connections are taken", 2)
        assert count_results([await harness.call(f"post {number}") for number in range(20)]) == {
            "NotNow": 20
        }
        assert len(harness.sent) == 20
        await open_breaker(harness)

    run_in_virtual_time(story(LimiterHarness()))


def test_waiting_calls_are_rejected_when_the_breaker_opens() -> None:
    """Calls in flight end as an outage, waiting calls get NotNow."""

    async def story(harness: LimiterHarness) -> None:
        await harness.grow_window()
        harness.make_error = away
        results = await harness.call_many(100)
        assert len(harness.sent) == 8
        assert count_results(results) == {"Retry": 4, "Outage": 4, "NotNow": 92}

    run_in_virtual_time(story(LimiterHarness(calls=8)))


def test_a_rate_limit_opens_the_breaker_for_its_retry_after() -> None:
    """One 429: no waiting call is sent before its end, and then one at first."""

    async def story(harness: LimiterHarness) -> None:
        await harness.grow_window()
        harness.make_error = lambda: RetryAfter("busy", 30, 429)
        results = await harness.call_many(100)
        assert count_results(results) == {"RetryAfter": 8, "NotNow": 92}
        harness.make_error = None
        assert 28 < retry_delay(await harness.call()) <= 30
        await asyncio.sleep(30)
        harness.sent.clear()
        harness.seconds = 0.9
        await harness.call_many(15)
        begin = harness.sent[0]
        assert [round((at - begin) / 0.9) for at in harness.sent[:7]] == [0, 1, 1, 2, 2, 2, 2]

    run_in_virtual_time(story(LimiterHarness(calls=8)))


def test_the_breaker_stays_open_longer_each_time() -> None:
    """The breaker is open twice as long each time, up to a minute, with jitter in the upper half;
    two failures open it again."""

    async def story(harness: LimiterHarness) -> None:
        harness.seconds = 0.01
        await open_breaker(harness)
        pauses = []
        for _ in range(9):
            await asyncio.sleep(60)
            results = [await harness.call("a post"), await harness.call("another")]
            assert count_results(results) == {"Retry": 1, "Outage": 1}
            pauses.append(retry_delay(results[-1]))
        assert [round(each, 2) for each in pauses] == [1.5, 3, 6, 12, 24, 45, 45, 45, 45]
        assert len(harness.sent) == 18

    run_in_virtual_time(story(LimiterHarness()))


def test_an_answer_ends_the_outage() -> None:
    """After it, one failure is only one failure again, and the next outage begins with a short
    opening."""

    async def story(harness: LimiterHarness) -> None:
        await open_breaker(harness)
        await asyncio.sleep(60)
        harness.make_error = None
        assert await harness.call() == "answered"
        await open_breaker(harness)
        assert retry_delay(await harness.call()) < 1

    run_in_virtual_time(story(LimiterHarness()))


def test_five_hundred_come_back_by_degrees() -> None:
    """All callers wake when the breaker closes: 1, 2, 4, … calls, never more than the share."""

    async def story(harness: LimiterHarness) -> None:
        harness.seconds = 0.1
        await harness.grow_window()
        await open_breaker(harness)
        harness.make_error = None
        await asyncio.sleep(60)
        harness.max_in_flight = 0
        results = await harness.call_many(500)
        begin = harness.sent[0]
        rounds = [round((at - begin) / 0.1) for at in harness.sent]
        assert [rounds.count(each) for each in range(6)] == [1, 2, 4, 8, 16, 16]
        assert harness.max_in_flight == 16
        assert count_results(results)["answered"] > 400

    run_in_virtual_time(story(LimiterHarness(calls=16)))


def test_old_failures_say_nothing_of_today() -> None:
    """Calls that were sent before the breaker opened, and time out after it closed, do not open it
    again."""

    async def story(harness: LimiterHarness) -> None:
        await harness.grow_window()
        harness.make_error, harness.seconds = away, 15
        slow = [asyncio.create_task(harness.call(f"slow {number}")) for number in range(3)]
        await asyncio.sleep(1)
        harness.seconds = 1
        await open_breaker(harness)
        harness.make_error = None
        await asyncio.sleep(2)
        assert await harness.call() == "answered"
        assert count_results(await asyncio.gather(*slow)) == {"Retry": 3}
        assert await harness.call() == "answered"

    run_in_virtual_time(story(LimiterHarness(calls=100)))


def _block(seconds: float) -> Callable[[], ProviderBlock]:
    """Another worker's block that ends in so many seconds."""

    def made() -> ProviderBlock:
        now = asyncio.get_running_loop().time()
        return ProviderBlock(datetime(2026, 3, 2, tzinfo=UTC), now + seconds)

    return made


@pytest.mark.parametrize("seconds", [20, 0, -20])
def test_a_block_by_another_worker_opens_this_breaker_too(seconds: float) -> None:
    """Until the block ends. After that, or if it had ended already, calls begin with one."""

    async def story(harness: LimiterHarness) -> None:
        await harness.grow_window()
        harness.block = _block(seconds)()
        if seconds > 0:
            assert retry_delay(await harness.call()) == pytest.approx(seconds, abs=0.01)
            assert harness.sent == []
            await asyncio.sleep(seconds)
        harness.max_in_flight = 0
        harness.seconds = 0.5
        asked = asyncio.create_task(harness.call_many(8))
        await asyncio.sleep(0.25)
        assert harness.max_in_flight == 1
        assert count_results(await asked) == {"answered": 8}
        await asyncio.sleep(5)
        assert count_results(await harness.call_many(8)) == {
            "answered": 8
        }  # the same block opens the breaker once

    run_in_virtual_time(story(LimiterHarness(calls=8)))


def test_the_callers_error_keeps_its_cause() -> None:
    """The original error is the cause of the Outage, with its message and status."""

    async def story(harness: LimiterHarness) -> None:
        await harness.call()
        harness.make_error = away
        result = (await harness.call_many(5))[-1]
        while not isinstance(result, Outage):
            result = await harness.call("another")
        assert (str(result), result.http_status) == ("answered 503", 503)
        assert isinstance(result.__cause__, Retry)

    run_in_virtual_time(story(LimiterHarness()))
