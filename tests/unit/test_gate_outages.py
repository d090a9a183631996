"""The gate in an outage: closed for everybody, longer each time, and opened again by degrees."""

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
from tests.unit.virtual_time import run
from tests.unit.yard import Yard, kinds, peace
from worker.provider_limits.worker_share import ProviderBlock


def away() -> ProviderError:
    """What a call meets while the provider is away."""
    return Retry("answered 503", 503)


async def broken(yard: Yard) -> None:
    """Bring the gate to close: the provider has gone away."""
    yard.trouble = away
    told = [await yard.ask(f"post {number}") for number in range(5)]
    assert kinds(told) == {"Retry": 4, "Outage": 1}
    yard.sent.clear()


def test_failures_in_a_row_close_the_gate() -> None:
    """The fifth is an outage, of some seconds and the same words; after it nothing is sent."""

    async def story(yard: Yard) -> None:
        await broken(yard)
        told = await yard.ask_all(20)
        assert kinds(told) == {"NotNow": 20}
        assert yard.sent == []
        assert {0 < peace(each) <= 1 for each in told} == {True}

    run(story(Yard()))


def test_one_post_is_no_outage() -> None:
    """A post that the provider chokes on harms nobody else, however often it is tried."""

    async def story(yard: Yard) -> None:
        yard.trouble = away
        told = [await yard.ask("this one") for _ in range(50)]
        assert kinds(told) == {"Retry": 50}
        yard.trouble = None
        assert await yard.ask("another") == "answered"

    run(story(Yard()))


@pytest.mark.parametrize("kind", [GiveUp, Reconnect, RestartUpload])
def test_a_refusal_is_an_answer(kind: type[ProviderError]) -> None:
    """Somebody was there to refuse: no outage, and the next failure counts as the first."""

    async def story(yard: Yard) -> None:
        for number in range(40):
            yard.trouble = away if number % 5 else lambda: kind("no")
            told = await yard.ask(f"post {number}")
            assert not isinstance(told, RetryAfter | NotNow)

    run(story(Yard()))


@pytest.mark.parametrize("status", [None, 503, 408, 409])
def test_lost_answers_stay_what_they_are(status: int | None) -> None:
    """Each of them must be looked after, so none becomes an outage; the next caller tells it, once,
    without having been sent. A conflict is an answer."""

    async def story(yard: Yard) -> None:
        yard.trouble = lambda: OutcomeUnknown("lost", status)
        told = [await yard.ask(f"post {number}") for number in range(5)]
        assert kinds(told) == {"OutcomeUnknown": 5}
        yard.trouble = None
        told = await yard.ask_all(3)
        is_outage = status != 409
        assert kinds(told) == ({"Outage": 1, "NotNow": 2} if is_outage else {"answered": 3})
        assert len(yard.sent) == (5 if is_outage else 8)

    run(story(Yard()))


def test_what_never_left_us_shows_nothing() -> None:
    """A call that found no free connection of ours is neither an answer nor a failure."""

    async def story(yard: Yard) -> None:
        yard.trouble = lambda: NotNow("all connections are taken", 2)
        assert kinds([await yard.ask(f"post {number}") for number in range(20)]) == {"NotNow": 20}
        assert len(yard.sent) == 20
        await broken(yard)

    run(story(Yard()))


def test_who_waits_when_the_gate_closes_is_not_sent() -> None:
    """Those under way end as an outage, those who wait are told to come later."""

    async def story(yard: Yard) -> None:
        await yard.warm_up()
        yard.trouble = away
        told = await yard.ask_all(100)
        assert len(yard.sent) == 8
        assert kinds(told) == {"Retry": 4, "Outage": 4, "NotNow": 92}

    run(story(Yard(calls=8)))


def test_a_rate_limit_closes_the_gate_as_long_as_it_says() -> None:
    """One 429: nobody who waits is sent before it is over, and then one at first."""

    async def story(yard: Yard) -> None:
        await yard.warm_up()
        yard.trouble = lambda: RetryAfter("busy", 30, 429)
        told = await yard.ask_all(100)
        assert kinds(told) == {"RetryAfter": 8, "NotNow": 92}
        yard.trouble = None
        assert 28 < peace(await yard.ask()) <= 30
        await asyncio.sleep(30)
        yard.sent.clear()
        yard.seconds = 0.9
        await yard.ask_all(15)
        begin = yard.sent[0]
        assert [round((at - begin) / 0.9) for at in yard.sent[:7]] == [0, 1, 1, 2, 2, 2, 2]

    run(story(Yard(calls=8)))


def test_pauses_grow_while_nobody_answers() -> None:
    """Doubled, with jitter in the upper half, up to a minute; two probes find each of them out."""

    async def story(yard: Yard) -> None:
        yard.seconds = 0.01
        await broken(yard)
        pauses = []
        for _ in range(9):
            await asyncio.sleep(60)
            told = [await yard.ask("a post"), await yard.ask("another")]
            assert kinds(told) == {"Retry": 1, "Outage": 1}
            pauses.append(peace(told[-1]))
        assert [round(each, 2) for each in pauses] == [1.5, 3, 6, 12, 24, 45, 45, 45, 45]
        assert len(yard.sent) == 18

    run(story(Yard()))


def test_an_answer_ends_the_outage() -> None:
    """Then one failure is one failure again, and the next outage begins with a short pause."""

    async def story(yard: Yard) -> None:
        await broken(yard)
        await asyncio.sleep(60)
        yard.trouble = None
        assert await yard.ask() == "answered"
        await broken(yard)
        assert peace(await yard.ask()) < 1

    run(story(Yard()))


def test_five_hundred_come_back_by_degrees() -> None:
    """All of them wake at the end of the pause: 1, 2, 4, … calls, never more than the share."""

    async def story(yard: Yard) -> None:
        yard.seconds = 0.1
        await yard.warm_up()
        await broken(yard)
        yard.trouble = None
        await asyncio.sleep(60)
        yard.most = 0
        told = await yard.ask_all(500)
        begin = yard.sent[0]
        rounds = [round((at - begin) / 0.1) for at in yard.sent]
        assert [rounds.count(each) for each in range(6)] == [1, 2, 4, 8, 16, 16]
        assert yard.most == 16
        assert kinds(told)["answered"] > 400

    run(story(Yard(calls=16)))


def test_old_failures_say_nothing_of_today() -> None:
    """Calls that were sent before the pause and time out after it do not close the gate again."""

    async def story(yard: Yard) -> None:
        await yard.warm_up()
        yard.trouble, yard.seconds = away, 15
        slow = [asyncio.create_task(yard.ask(f"slow {number}")) for number in range(3)]
        await asyncio.sleep(1)
        yard.seconds = 1
        await broken(yard)
        yard.trouble = None
        await asyncio.sleep(2)
        assert await yard.ask() == "answered"
        assert kinds(await asyncio.gather(*slow)) == {"Retry": 3}
        assert await yard.ask() == "answered"

    run(story(Yard(calls=100)))


def _block(seconds: float) -> Callable[[], ProviderBlock]:
    """Another worker's block that ends in so many seconds."""

    def made() -> ProviderBlock:
        now = asyncio.get_running_loop().time()
        return ProviderBlock(datetime(2026, 3, 2, tzinfo=UTC), now + seconds)

    return made


@pytest.mark.parametrize("seconds", [20, 0, -20])
def test_a_block_by_another_worker_closes_this_gate_too(seconds: float) -> None:
    """Until it ends; and afterwards, or where it had ended already, calls begin with one."""

    async def story(yard: Yard) -> None:
        await yard.warm_up()
        yard.block = _block(seconds)()
        if seconds > 0:
            assert peace(await yard.ask()) == pytest.approx(seconds, abs=0.01)
            assert yard.sent == []
            await asyncio.sleep(seconds)
        yard.most = 0
        yard.seconds = 0.5
        asked = asyncio.create_task(yard.ask_all(8))
        await asyncio.sleep(0.25)
        assert yard.most == 1
        assert kinds(await asked) == {"answered": 8}
        await asyncio.sleep(5)
        assert kinds(await yard.ask_all(8)) == {"answered": 8}  # the same block closes once

    run(story(Yard(calls=8)))


def test_the_callers_error_keeps_its_cause() -> None:
    """What really happened is the cause of the Outage, with its words and status."""

    async def story(yard: Yard) -> None:
        await yard.ask()
        yard.trouble = away
        told = (await yard.ask_all(5))[-1]
        while not isinstance(told, Outage):
            told = await yard.ask("another")
        assert (str(told), told.http_status) == ("answered 503", 503)
        assert isinstance(told.__cause__, Retry)

    run(story(Yard()))
