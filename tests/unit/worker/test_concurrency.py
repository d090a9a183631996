"""Job concurrency: a limit on running jobs; waiting jobs do not count."""

import asyncio
from datetime import timedelta

import pytest

from worker.concurrency import MAX_SHORT_WAIT, JobConcurrency

SHORT = timedelta(milliseconds=10)


def test_a_short_wait_frees_the_running_slot() -> None:
    """While one job waits, another runs; the first goes on when a slot is free again."""

    async def run() -> list[str]:
        hands, order = JobConcurrency(max_running=1), []

        async def resting() -> None:
            await hands.acquire("a")
            await hands.wait_released("a", SHORT)
            order.append("rested")
            hands.release("a")

        async def working() -> None:
            await hands.acquire("a")
            await asyncio.sleep(0.1)
            order.append("worked")
            hands.release("a")

        await asyncio.gather(resting(), working())
        return order

    assert asyncio.run(run()) == ["worked", "rested"]


def test_only_short_waits_and_only_so_many_rest() -> None:
    """All other jobs are released."""

    async def run() -> None:
        hands = JobConcurrency(max_running=2, max_waiting=1)
        assert hands.can_wait_here("a", MAX_SHORT_WAIT)
        assert not hands.can_wait_here("a", MAX_SHORT_WAIT + SHORT)
        await hands.acquire("a")
        rest = asyncio.ensure_future(hands.wait_released("a", timedelta(minutes=1)))
        await asyncio.sleep(0)
        assert not hands.can_wait_here("a", SHORT)
        rest.cancel()
        with pytest.raises(asyncio.CancelledError):
            await rest
        assert hands.can_wait_here("a", SHORT)

    asyncio.run(run())
