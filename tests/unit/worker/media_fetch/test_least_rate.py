"""The least rate of a source, in virtual time."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.worker.provider_limits.virtual_time import run_in_virtual_time
from worker.media_fetch.fetch_limits import CHUNK_SIZE, FetchLimits, SlowSource
from worker.media_fetch.response import with_least_rate

LIMITS = FetchLimits()


async def _source(rate: float, chunks: int) -> AsyncIterator[bytes]:
    for _ in range(chunks):
        await asyncio.sleep(CHUNK_SIZE / rate)
        yield bytes(CHUNK_SIZE)


async def _read(rate: float, chunks: int, pause: float = 0) -> tuple[int, float]:
    """How many bytes a reader with a pause after each chunk gets, and the seconds it takes."""
    size, loop = 0, asyncio.get_running_loop()
    try:
        async for chunk in with_least_rate(_source(rate, chunks), LIMITS):
            size += len(chunk)
            await asyncio.sleep(pause)
    except SlowSource:
        return -1, loop.time()
    return size, loop.time()


@given(st.floats(1024, 48 * 1024))
def test_a_slow_source_is_left_after_about_two_minutes(rate: float) -> None:
    """A source below three quarters of the least rate is left, however long its file is, at the
    latest after four times the allowed silence."""
    size, seconds = run_in_virtual_time(_read(rate, 100_000))
    assert size == -1
    assert seconds <= 4 * LIMITS.stall + 1


@given(st.floats(65 * 1024, 1e9), st.floats(0, 100))
def test_a_source_with_the_least_rate_is_read_to_its_end(rate: float, pause: float) -> None:
    """At any rate above the least one, and however slowly the provider takes the bytes."""
    assert run_in_virtual_time(_read(rate, 40, pause))[0] == 40 * CHUNK_SIZE


def test_a_source_may_be_silent_for_a_while() -> None:
    """A pause shorter than the allowed silence ends no transfer that was fast before."""

    async def source() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield bytes(CHUNK_SIZE)
        await asyncio.sleep(LIMITS.stall - 1)
        yield bytes(CHUNK_SIZE)

    async def read() -> int:
        return sum([len(chunk) async for chunk in with_least_rate(source(), LIMITS)])

    assert run_in_virtual_time(read()) == 6 * CHUNK_SIZE


def test_the_message_says_what_would_be_right() -> None:
    """The error names the least rate."""

    async def read() -> None:
        async for _ in with_least_rate(_source(1024, 3), LIMITS):
            pass

    with pytest.raises(SlowSource, match="too slow: 30 s behind 64 KiB/s"):
        run_in_virtual_time(read())
