"""Counting while Redis is down, and addresses."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest
from starlette.requests import Request

from api.errors import ApiError
from api.middleware import rate_limit, request_state
from api.middleware.rate_limit import RequestRateLimiter


def request(host: str = "192.0.2.1") -> Request:
    """A request from an address."""
    return Request({"type": "http", "headers": [], "client": (host, 1)})


async def away(act: Callable[[RequestRateLimiter, Callable[[], int]], Awaitable[None]]) -> None:
    """Run it with a Redis that closes every connection and counts them."""
    asked = 0

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        counting = RequestRateLimiter(5, f"redis://:secret@127.0.0.1:{port}/0")
        await act(counting, lambda: asked)
        await counting.close()


def test_a_redis_that_is_away_is_not_asked_for_every_request(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One attempt, one log line without the URL, then a pause in which no request waits."""

    async def act(counting: RequestRateLimiter, asked: Callable[[], int]) -> None:
        for _ in range(20):
            found = request()
            await counting.count_organization(found, "a")
            assert request_state.get(found).headers == {}
        assert asked() == 1

    with caplog.at_level(logging.WARNING):
        asyncio.run(away(act))
    (line,) = caplog.records
    assert "secret" not in line.getMessage()


def test_after_the_pause_it_is_asked_again_and_the_log_stays_quiet(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Redis is tried again soon, but the warning is logged at most once a minute."""
    monkeypatch.setattr(rate_limit, "REDIS_RETRY_DELAY", 0.0)

    async def act(counting: RequestRateLimiter, asked: Callable[[], int]) -> None:
        for _ in range(5):
            await counting.count_unauthenticated(request())
        assert asked() == 5

    with caplog.at_level(logging.WARNING):
        asyncio.run(away(act))
    assert len(caplog.records) == 1


def test_a_network_of_ipv6_is_one_stranger() -> None:
    """An IPv6 /64 network has one limit; each IPv4 address has its own."""

    async def act() -> None:
        counting = RequestRateLimiter(2, None)
        for host in ("2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.2"):
            await counting.count_unauthenticated(request(host))
        with pytest.raises(ApiError) as refused:
            await counting.count_unauthenticated(request("2001:db8::3"))
        assert refused.value.status == 429
        await counting.count_unauthenticated(request("2001:db8:1::1"))
        await counting.count_unauthenticated(request("192.0.2.1"))

    asyncio.run(act())
