"""Tests of the places of media transfers."""

import asyncio

import pytest

from provider.errors import NotNow
from tests.unit.worker.provider_limits.virtual_time import run_in_virtual_time
from worker.transfer_places import TransferPlaces


async def _transfer(places: TransferPlaces, owner: str, may_end: asyncio.Event) -> str:
    async with places.hold(owner):
        await may_end.wait()
    return "done"


def test_a_late_transfer_begins_beside_those_that_never_end() -> None:
    """One organization has all its places with files that never end, and more wait: another's file
    begins at once; those that wait are put off without an attempt."""

    async def story() -> None:
        places, never, now = TransferPlaces(8, 2, max_wait=3), asyncio.Event(), asyncio.Event()
        now.set()
        slow = [asyncio.create_task(_transfer(places, "slow", never)) for _ in range(20)]
        await asyncio.sleep(0)
        assert await _transfer(places, "late", now) == "done"
        await asyncio.sleep(4)
        put_off = [task for task in slow if task.done()]
        assert len(put_off) == 12
        for task in put_off:
            with pytest.raises(NotNow, match="other media files"):
                task.result()
        never.set()
        assert [await task for task in slow if task not in put_off] == ["done"] * 8
        assert await _transfer(places, "slow", now) == "done"

    run_in_virtual_time(story())


def test_a_transfer_that_waits_for_a_moment_is_not_put_off() -> None:
    """A place that becomes free in time is taken."""

    async def story() -> None:
        places, may_end = TransferPlaces(1, 0, max_wait=3), asyncio.Event()
        first, second = (asyncio.create_task(_transfer(places, "one", may_end)) for _ in range(2))
        await asyncio.sleep(2)
        may_end.set()
        assert [await first, await second] == ["done", "done"]

    run_in_virtual_time(story())
