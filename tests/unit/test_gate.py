"""The gate: so many calls at once and a second, in turn, and beginning with one."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from provider.errors import NotNow
from tests.unit.virtual_time import run
from tests.unit.yard import Yard, kinds, peace
from worker.provider_limits.limiter import MAX_QUEUE_SECONDS
from worker.provider_limits.worker_share import WorkerShare


def test_calls_begin_with_one_and_double_with_each_answer() -> None:
    """A start, like the end of a pause, is no wave: 1, 2, 4, 8 calls, and then the share."""

    async def story(yard: Yard) -> None:
        yard.seconds = 0.5
        asked = asyncio.create_task(yard.ask_all(60))
        seen = []
        for _ in range(6):
            await asyncio.sleep(0.25)
            seen.append(yard.under_way)
            await asyncio.sleep(0.25)
        assert seen == [1, 2, 4, 8, 10, 10]
        await asked

    run(story(Yard(calls=10)))


def test_no_more_calls_at_once_than_the_share() -> None:
    """However many want to, and in whatever order they end."""

    async def story(yard: Yard) -> None:
        yard.seconds = 0.01
        told = await yard.ask_all(300)
        assert kinds(told) == {"answered": 300}
        assert yard.most == 5

    run(story(Yard(calls=5)))


def test_the_rate_is_kept_evenly() -> None:
    """Four a second: each call a quarter of a second after the one before, with no first wave."""

    async def story(yard: Yard) -> None:
        yard.seconds = 0.01
        await asyncio.sleep(5)
        assert kinds(await yard.ask_all(8)) == {"answered": 8}
        gaps = [after - before for before, after in zip(yard.sent, yard.sent[1:], strict=False)]
        assert all(abs(gap - 0.25) < 0.001 for gap in gaps)

    run(story(Yard(rate=4)))


def test_a_new_share_is_taken_up() -> None:
    """Workers come and go: the next call goes by the new limits."""

    async def story(yard: Yard) -> None:
        await yard.warm_up()
        yard.share, yard.most = WorkerShare(2, 0), 0
        await yard.ask_all(4)
        assert yard.most == 2

    run(story(Yard(calls=8)))


def test_who_waits_too_long_gets_a_turn_of_its_own() -> None:
    """NotNow, and each with other seconds: they do not come back as one wave."""

    async def story(yard: Yard) -> None:
        yard.seconds = 2
        told = await yard.ask_all(50)
        refused = [each for each in told if isinstance(each, NotNow)]
        assert len(yard.sent) + len(refused) == 50
        turns = sorted(peace(each) for each in refused)
        assert turns[0] > MAX_QUEUE_SECONDS - 0.01
        again = [peace(each) for each in await yard.ask_all(50) if isinstance(each, NotNow)]
        assert len(set(again)) == len(again) > 0

    run(story(Yard(calls=2)))


def test_a_rate_refuses_at_once_those_who_would_wait_in_vain() -> None:
    """Two a second: half a dozen wait, the others let go of their jobs without a wait."""

    async def story(yard: Yard) -> None:
        yard.seconds = 0.01
        loop = asyncio.get_running_loop()
        begun = loop.time()
        told = await yard.ask_all(400)
        assert loop.time() - begun <= MAX_QUEUE_SECONDS + yard.seconds
        turns = sorted(peace(each) for each in told if isinstance(each, NotNow))
        assert len(turns) + len(yard.sent) == 400
        assert turns[-1] > 10 * MAX_QUEUE_SECONDS  # spread over what so many really take

    run(story(Yard(rate=2)))


def test_a_worker_without_a_share_sends_nothing() -> None:
    """More workers than calls: those without one of the calls put their jobs off."""

    async def story(yard: Yard) -> None:
        assert kinds(await yard.ask_all(3)) == {"NotNow": 3}
        assert yard.sent == []

    run(story(Yard(calls=0)))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 4), st.floats(0, 4)), max_size=30), st.sampled_from([0, 3]))
def test_a_cancelled_caller_leaves_no_gap(lives: list[tuple[float, float]], rate: float) -> None:
    """Cancelled while it waits, is let in, or is under way: all the places are free afterwards."""

    async def live(yard: Yard, begin: float, length: float) -> None:
        await asyncio.sleep(begin)
        task = asyncio.create_task(yard.ask())
        await asyncio.sleep(length)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def story(yard: Yard) -> None:
        await asyncio.gather(*(live(yard, *each) for each in lives))
        await asyncio.sleep(60)
        assert yard.under_way == 0
        yard.share, yard.seconds, yard.most = WorkerShare(3, 0), 0.1, 0
        assert kinds(await yard.ask_all(9)) == {"answered": 9}
        await yard.warm_up()
        assert yard.most == 3

    run(story(Yard(calls=3, rate=rate)))
