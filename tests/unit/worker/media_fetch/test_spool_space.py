"""The part of the disk that media files under way may take."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.errors import NoSpace
from worker.media_fetch import spool, spool_space
from worker.media_fetch.fetch_limits import FetchLimits
from worker.media_fetch.spool_space import SpoolSpace

MIB = 1024**2
FREE = 1_000 * MIB
ORGANIZATIONS = st.sampled_from(["a", "b", "c"])


@pytest.fixture(autouse=True)
def _disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk with much free space; a reserve is taken from it."""
    monkeypatch.setattr(spool_space, "room_in", lambda _folder, reserve: FREE - reserve)


@given(st.lists(st.tuples(ORGANIZATIONS, st.integers(1, 60)), max_size=60))
def test_all_files_together_stay_within_the_limit(files: list[tuple[str, int]]) -> None:
    """Whatever comes, the files take no more than the limit; when they are gone, nothing."""
    space = SpoolSpace(100)
    with ExitStack() as stack:
        for organization, size in files:
            claim = stack.enter_context(space.open_claim(organization))
            try:
                claim.grow_to(size)
            except NoSpace:
                assert claim.size == 0
            assert space.taken <= 100
    assert space.taken == 0


def test_endless_sources_of_one_organization_leave_room_for_another() -> None:
    """It gets three quarters of the room, and not a byte more; another's file passes beside it."""
    space = SpoolSpace(1_000)
    with space.open_claim("endless") as endless, space.open_claim("other") as other:
        for size in range(1, 751):
            endless.grow_to(size)
        with pytest.raises(NoSpace, match="fill its part of the disk"):
            endless.grow_to(751)
        other.grow_to(180)
        with pytest.raises(NoSpace):
            endless.grow_to(endless.size + 1)


def test_a_reserve_of_the_disk_stays_free() -> None:
    """A file that would leave less free than the reserve finds no room, whatever the limit is."""
    space = SpoolSpace(reserve=FREE - 100)
    with space.open_claim("acme") as claim:
        claim.grow_to(75)
        with pytest.raises(NoSpace, match="the disk for files under way is full"):
            claim.grow_to(75 + 101)


async def _endless() -> AsyncIterator[bytes]:
    while True:
        yield b"x" * MIB


def test_an_endless_body_gives_its_space_back() -> None:
    """A source without a length is cut off where its organization's part ends."""
    space = SpoolSpace(8 * MIB)

    async def run() -> None:
        async with spool.spool_to_disk(_endless(), FetchLimits(space=space), "acme"):
            pass

    with pytest.raises(NoSpace):
        asyncio.run(run())
    assert space.taken == 0


def test_room_for_a_stated_size_is_taken_before_anything_is_read() -> None:
    """A file that does not fit is not fetched in vain."""

    read: list[bytes] = []

    async def body() -> AsyncIterator[bytes]:
        read.append(b"x")
        yield b"x"

    async def run() -> None:
        limits = FetchLimits(space=SpoolSpace(100))
        async with spool.spool_to_disk(body(), limits, "acme", stated_size=101):
            pass

    with pytest.raises(NoSpace):
        asyncio.run(run())
    assert read == []


def test_a_disk_that_is_full_is_told_apart_from_one_that_is_broken() -> None:
    """ENOSPC is no room; another error is a failed attempt."""
    full = spool._disk_error(OSError(28, "No space left on device"))
    broken = spool._disk_error(OSError(5, "Input/output error"))
    assert isinstance(full, NoSpace)
    assert not isinstance(broken, NoSpace)
    assert "No space left on device" in str(full)
