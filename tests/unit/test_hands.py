"""Hands: a limit on jobs at work, which those at rest do not count against."""

import asyncio
from datetime import timedelta

import pytest

from worker.hands import LONGEST_REST, Hands

SHORT = timedelta(milliseconds=10)


def test_a_rest_frees_the_hand() -> None:
    """While one rests another works; it goes on when the hand is free again."""

    async def run() -> list[str]:
        hands, order = Hands(at_work=1), []

        async def resting() -> None:
            await hands.take()
            await hands.rest(SHORT)
            order.append("rested")
            hands.put()

        async def working() -> None:
            await hands.take()
            await asyncio.sleep(0.1)
            order.append("worked")
            hands.put()

        await asyncio.gather(resting(), working())
        return order

    assert asyncio.run(run()) == ["worked", "rested"]


def test_only_short_waits_and_only_so_many_rest() -> None:
    """The others go back to the database."""

    async def run() -> None:
        hands = Hands(at_work=2, resting=1)
        assert hands.may_rest(LONGEST_REST)
        assert not hands.may_rest(LONGEST_REST + SHORT)
        await hands.take()
        rest = asyncio.ensure_future(hands.rest(timedelta(minutes=1)))
        await asyncio.sleep(0)
        assert not hands.may_rest(SHORT)
        rest.cancel()
        with pytest.raises(asyncio.CancelledError):
            await rest
        assert hands.may_rest(SHORT)

    asyncio.run(run())
