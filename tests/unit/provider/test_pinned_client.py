"""The client for addresses that people typed: what it refuses, what it says, and what it keeps."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

import httpx
import pytest

from provider.pinned_client import MAX_ANSWER, PinnedClient, client_factory
from tests.unit.provider.raw_server import OK, Act, RawServer, answer, run_raw_server

T = TypeVar("T")
TIMEOUT = httpx.Timeout(2)


def get(url: str, *, allow_private: bool = False) -> httpx.Response:
    """The answer to a GET."""

    async def run() -> httpx.Response:
        client = PinnedClient(TIMEOUT, allow_private=allow_private)
        try:
            return await client.request("GET", url)
        finally:
            await client.aclose()

    return asyncio.run(run())


def talk(
    act: Act,
    work: Callable[[PinnedClient, str], Awaitable[T]],
    names: Mapping[str, Sequence[str]] | None = None,
) -> tuple[T, RawServer]:
    """Run some work with a client and the port of a raw server on loopback. Names have these
    addresses, or the server's."""

    async def resolve(host: str, _port: int) -> list[str]:
        return list((names or {}).get(host, ["127.0.0.1"]))

    async def run() -> tuple[T, RawServer]:
        client = PinnedClient(TIMEOUT, allow_private=True, resolve=resolve)
        try:
            async with run_raw_server(act) as server:
                return await work(client, server.origin.rpartition(":")[2]), server
        finally:
            await client.aclose()

    return asyncio.run(run())


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://[::1]:1/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/",
        "http://10.0.0.1/",
        "http://localhost:1/",
    ],
)
def test_a_private_address_is_never_connected_to(url: str) -> None:
    """The error means that nothing was sent, and says what would be right."""
    with pytest.raises(httpx.ConnectError, match="public address"):
        get(url)


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["fe80::1%eth0"]])
def test_a_name_with_a_private_address_is_never_connected_to(answers: list[str]) -> None:
    """Even if another of its addresses is public; and it is looked up once for a connection."""
    asked: list[str] = []

    async def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return answers

    async def run() -> None:
        client = PinnedClient(TIMEOUT, allow_private=False, resolve=resolve)
        try:
            await client.request("GET", "http://server.test:1/")
        finally:
            await client.aclose()

    with pytest.raises(httpx.ConnectError, match="public address"):
        asyncio.run(run())
    assert asked == ["server.test"]


def test_a_name_without_an_address_was_never_called() -> None:
    """It is no lost answer: the call may be repeated."""
    with pytest.raises(httpx.ConnectError, match="cannot be resolved"):
        get("https://nowhere.invalid/")


def test_an_endless_answer_is_cut_off() -> None:
    """A server cannot fill the memory of a worker."""
    sent: list[int] = []

    async def endless(_number: int, writer: asyncio.StreamWriter) -> bool:
        writer.write(OK.replace(b"Length: 2", b"Length: 9999999999"))
        while True:
            writer.write(bytes(2**20))
            await writer.drain()
            sent.append(2**20)

    with pytest.raises(httpx.ReadError, match="too long"):
        talk(endless, lambda client, port: client.request("GET", f"http://server.test:{port}/"))
    assert sum(sent) <= MAX_ANSWER + 8 * 2**20  # the sockets hold some of it


def test_a_connection_is_kept_for_its_own_name_alone() -> None:
    """Names with one address share none: the certificate was checked for one of them."""
    connections: list[object] = []

    async def act(number: int, writer: asyncio.StreamWriter) -> bool:
        connections.append(writer.get_extra_info("peername"))
        return await answer(number, writer)

    async def work(client: PinnedClient, port: str) -> None:
        for name in ("a.test", "a.test", "b.test"):
            await client.request("GET", f"http://{name}:{port}/")

    _, server = talk(act, work)
    assert connections[0] == connections[1] != connections[2]
    hosts = [head.partition("Host: ")[2].partition(":")[0] for head in server.heads]
    assert hosts == ["a.test", "a.test", "b.test"]


def test_a_server_that_closes_kept_connections() -> None:
    """A client that keeps none has a new connection for each call: what the server closes without a
    word after its answer loses no call."""
    connections: set[object] = set()

    async def act(number: int, writer: asyncio.StreamWriter) -> bool:
        connections.add(writer.get_extra_info("peername"))
        await answer(number, writer)
        await writer.drain()
        return False

    async def run() -> list[int]:
        create = client_factory(TIMEOUT, allow_private=True)
        client = create(keeps_connections=False)
        try:
            async with run_raw_server(act) as server:
                calls = [await client.request("POST", server.origin) for _ in range(5)]
                return [each.status_code for each in calls]
        finally:
            await client.aclose()

    assert asyncio.run(run()) == [200] * 5
    assert len(connections) == 5


def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    """Also with a body that can be read once."""

    async def body() -> AsyncIterator[bytes]:
        yield b"abc"

    async def work(client: PinnedClient, port: str) -> httpx.Response:
        url = f"http://server.test:{port}/"
        return await client.request("POST", url, content=body(), headers={"Content-Length": "3"})

    found, server = talk(answer, work, {"server.test": ["127.1.1.1", "127.0.0.1"]})
    assert (found.status_code, len(server.heads)) == (200, 1)


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would look names up itself, and reach private addresses."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    found, _ = talk(answer, lambda client, port: client.request("GET", f"http://a.test:{port}/"))
    assert found.status_code == 200


def test_cookies_are_not_sent_back() -> None:
    """Nor stored."""

    async def act(_number: int, writer: asyncio.StreamWriter) -> bool:
        writer.write(OK.replace(b"Content-Type", b"Set-Cookie: a=b\r\nContent-Type"))
        return True

    async def work(client: PinnedClient, port: str) -> None:
        for _ in range(2):
            await client.request("GET", f"http://server.test:{port}/")

    _, server = talk(act, work)
    assert not any("Cookie" in head for head in server.heads)
