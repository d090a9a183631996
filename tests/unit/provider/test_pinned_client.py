"""The client for addresses that people typed: what it refuses, and what it says."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from media.safe_transport import PinnedTransport
from provider.pinned_client import MAX_ANSWER, client_factory


def get(url: str, *, allow_private: bool = False) -> httpx.Response:
    """The answer to a GET."""

    async def run() -> httpx.Response:
        client = client_factory(httpx.Timeout(2), allow_private=allow_private)()
        async with client:
            return await client.get(url)

    return asyncio.run(run())


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://[::1]:1/", "http://169.254.169.254/", "http://10.0.0.1/"]
)
def test_a_private_address_is_never_connected_to(url: str) -> None:
    """The error means that nothing was sent, and says what would be right."""
    with pytest.raises(httpx.ConnectError, match="public address"):
        get(url)


def test_a_name_without_an_address_was_never_called() -> None:
    """It is no lost answer: the call may be repeated."""
    with pytest.raises(httpx.ConnectError, match="cannot be resolved"):
        get("https://nowhere.invalid/")


def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server cannot fill the memory of a worker."""

    class Endless(httpx.AsyncByteStream):
        sent = 0

        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                self.sent += 2**20
                yield bytes(2**20)

    body = Endless()

    async def answer(_self: PinnedTransport, _request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=body)

    monkeypatch.setattr(PinnedTransport, "handle_async_request", answer)
    with pytest.raises(httpx.ReadError, match="too long"):
        get("https://server.example/", allow_private=True)
    assert body.sent <= MAX_ANSWER + 2 * 2**20
