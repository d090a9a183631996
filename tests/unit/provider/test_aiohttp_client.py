"""The worker's HTTP client: tells calls that were never sent from calls that may have arrived."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import httpx
import pytest

from provider import upload
from provider.aiohttp_client import AiohttpClient
from provider.errors import OutcomeUnknown, RestartUpload, Retry
from provider.protocol import UploadRequest
from provider.swonkie.client import Swonkie
from provider.swonkie.http import NEVER_SENT
from tests.fixed_credentials import FixedCredentials
from tests.servers import free_port
from tests.unit.provider.raw_server import (
    Act,
    RawServer,
    answer,
    drop,
    half,
    only_the_first,
    run_raw_server,
    silence,
)
from tests.unit.provider.swonkie.fake_swonkie import DRAFT

T = TypeVar("T")
TIMEOUT = httpx.Timeout(0.5, connect=5)
BIG = 64 * 1024 * 1024
KEYS = FixedCredentials("app", "key")
MUST_NOT: dict[str, Callable[[Swonkie], Awaitable[object]]] = {
    "create": lambda swonkie: swonkie.create(DRAFT),
    "schedule": lambda swonkie: swonkie.schedule("S+/p=="),
    "publish_now": lambda swonkie: swonkie.publish_now("S+/p==", DRAFT, held_until=math.inf),
}


def talk(act: Act, work: Callable[[AiohttpClient, RawServer], Awaitable[T]]) -> T:
    """Run some work with a client and a raw server."""

    async def run() -> T:
        client = AiohttpClient(TIMEOUT)
        try:
            async with run_raw_server(act) as server:
                return await work(client, server)
        finally:
            await client.aclose()

    return asyncio.run(run())


@pytest.mark.parametrize("act", [drop, half, silence])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE"])
def test_what_was_heard_is_never_called_unsent(act: Act, method: str) -> None:
    """The connection closes, or stays silent, after the request: the server may have acted."""

    async def work(client: AiohttpClient, server: RawServer) -> None:
        with pytest.raises(httpx.TransportError) as caught:
            await client.request(method, server.origin + "/x", content=b"abc")
        assert not isinstance(caught.value, NEVER_SENT)
        assert server.heads

    talk(act, work)


@pytest.mark.parametrize("name", MUST_NOT)
@pytest.mark.parametrize("act", [drop, half, silence, only_the_first])
def test_a_dropped_transition_is_an_unknown_outcome_and_sent_once(name: str, act: Act) -> None:
    """Also on a reused connection, where HTTP clients often repeat a request."""

    async def work(client: AiohttpClient, server: RawServer) -> None:
        if act is only_the_first:
            await client.request("GET", server.origin)
        before = len(server.heads)
        with pytest.raises(OutcomeUnknown):
            await MUST_NOT[name](Swonkie(client, server.origin, KEYS))
        assert len(server.heads) == before + 1

    talk(act, work)


@pytest.mark.parametrize("name", MUST_NOT)
def test_nobody_there_is_a_retry(name: str) -> None:
    """A refused connection is the one failure after which even a create may be repeated."""

    async def work(client: AiohttpClient, _server: RawServer) -> None:
        with pytest.raises(Retry, match="cannot be reached"):
            await MUST_NOT[name](Swonkie(client, f"http://127.0.0.1:{free_port()}", KEYS))

    talk(answer, work)


@pytest.mark.parametrize("path", ["/u?sig=a%2Bb%2fc%3D&x=~+,;", "/%7Ea/b%20c?d=%E2%82%AC"])
def test_a_signed_link_travels_letter_by_letter(path: str) -> None:
    """Its signature is over exactly this text."""

    async def work(client: AiohttpClient, server: RawServer) -> None:
        await client.request("GET", server.origin + path)
        assert server.heads[0].split(" ")[1] == path

    talk(answer, work)


@pytest.mark.parametrize("url", ["http://[", "ftp://host/x", "http://host:x/", ""])
def test_no_address_is_an_error_of_httpx(url: str) -> None:
    """And never another exception."""

    async def work(client: AiohttpClient, _server: RawServer) -> None:
        with pytest.raises(httpx.RequestError):
            await client.request("GET", url)

    talk(answer, work)


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE"])
def test_nothing_is_sent_again_behind_our_back(method: str) -> None:
    """A reused connection that breaks is an error, where HTTP clients often try another one."""

    async def work(client: AiohttpClient, server: RawServer) -> None:
        await client.request("GET", server.origin)
        with pytest.raises(httpx.RemoteProtocolError):
            await client.request(method, server.origin + "/x", content=b"abc")
        assert len(server.heads) == 2

    talk(only_the_first, work)


async def _zeros() -> AsyncIterator[bytes]:
    for _ in range(BIG // 65536):
        yield bytes(65536)


async def _breaks() -> AsyncIterator[bytes]:
    yield b"abc"
    raise Retry("the media source broke off")


async def send(client: AiohttpClient, server: RawServer, body: AsyncIterator[bytes]) -> None:
    """Send a file to the server."""
    request = UploadRequest("PUT", f"{server.origin}/u")
    upload.raise_for_answer(await upload.send_file(client, request, body, BIG))


def test_an_upload_that_is_stuck_ends() -> None:
    """The server does not read: the upload ends after the time limit for a chunk."""

    async def work(client: AiohttpClient, server: RawServer) -> None:
        with pytest.raises(Retry, match="WriteTimeout"):
            await send(client, server, _zeros())

    talk(silence, work)


def test_a_broken_source_says_so_itself() -> None:
    """The error of the body's source is the one that is raised."""

    async def work(client: AiohttpClient, server: RawServer) -> None:
        with pytest.raises(Retry, match="the media source broke off"):
            await send(client, server, _breaks())

    talk(silence, work)


def test_a_refusal_in_the_middle_of_an_upload_is_heard() -> None:
    """The response may come before all bytes were sent."""

    async def refuse(_number: int, writer: asyncio.StreamWriter) -> bool:
        writer.write(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.2)
        return False

    async def work(client: AiohttpClient, server: RawServer) -> None:
        with pytest.raises(RestartUpload):
            await send(client, server, _zeros())

    talk(refuse, work)
