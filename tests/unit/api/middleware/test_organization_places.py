"""Places at work: an organization's requests run at once up to a number, the others wait."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from api.errors import ApiError
from api.middleware.organization_places import (
    HEAVY_QUEUED,
    HEAVY_RUNNING,
    RUNNING,
    WAITING,
    OrganizationPlaces,
    Place,
)


async def settle() -> None:
    """Let every task run that can."""
    for _ in range(3):
        await asyncio.sleep(0)


def start(places: OrganizationPlaces, count: int, kind: str = "") -> list[asyncio.Task[Place]]:
    """Requests of the organization "a" that come at once."""
    return [asyncio.create_task(places.take("a", kind)) for _ in range(count)]


def run(steps: Coroutine[Any, Any, None]) -> None:
    """Run the steps of a test on an event loop."""
    asyncio.run(steps)


def test_the_places_of_one_organization_are_nobody_elses() -> None:
    """While all requests of one organization wait, another's has a place at once."""

    async def steps() -> None:
        places = OrganizationPlaces()
        tasks = start(places, RUNNING + 5)
        await settle()
        assert [task.done() for task in tasks].count(True) == RUNNING
        await asyncio.wait_for(places.take("b"), 1)
        tasks[0].result().release()
        tasks[0].result().release()  # a second time gives nothing back
        await settle()
        assert [task.done() for task in tasks].count(True) == RUNNING + 1
        for task in tasks:
            task.cancel()

    run(steps())


def test_too_many_are_refused_in_words() -> None:
    """Beyond those that run and those that may wait a request is 429, and says when to retry."""

    async def steps() -> None:
        places = OrganizationPlaces()
        tasks = start(places, HEAVY_RUNNING + HEAVY_QUEUED, "heavy")
        await settle()
        with pytest.raises(ApiError, match="send fewer at once") as refused:
            await places.take("a", "heavy")
        assert (refused.value.status, refused.value.retry_after) == (429, 2)
        (await asyncio.wait_for(places.take("a"), 1)).release()  # another kind of request
        tasks[-1].cancel()  # who leaves the queue makes room in it
        await settle()
        late = asyncio.create_task(places.take("a", "heavy"))
        await settle()
        assert not late.done()
        for task in (*tasks, late):
            task.cancel()

    run(steps())


def test_who_waits_for_the_provider_holds_no_place() -> None:
    """A place is given back for the wait; only so many of one organization may wait."""

    async def steps() -> None:
        places = OrganizationPlaces()
        waiting = []
        for _ in range(WAITING):
            place = await asyncio.wait_for(places.take("a"), 1)
            assert place.wait()
            waiting.append(place)
        place = await places.take("a")
        assert not place.wait()
        assert (await places.take("b")).wait()
        waiting[0].release()
        assert place.wait()

    run(steps())


def test_nothing_is_kept_of_organizations_without_requests() -> None:
    """The memory of places ends with the last request."""

    async def steps() -> None:
        places = OrganizationPlaces()
        for number in range(100):
            place = await places.take(str(number))
            place.wait()
            place.release()
        assert not places._lanes
        assert not places._waiting

    run(steps())
