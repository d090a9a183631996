"""The transport for strangers' servers: one request a connection, over sockets."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx
import pytest

from media.one_use_transport import OneUseTransport
from media.safe_transport import transport_factory, trusted_certificates
from tests.servers import free_port
from tests.unit.provider.raw_server import Act, RawServer, drop, half, run_raw_server, silence

T = TypeVar("T")
BODY = b"0123456789"
OK = b"HTTP/1.1 200 OK\r\n"
LENGTH = b"Content-Length: 10\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"\r\na\r\n" + BODY + b"\r\n0\r\n\r\n"


def send(answer: bytes) -> Act:
    """A server that sends these bytes, and keeps the connection open."""

    async def act(_number: int, writer: asyncio.StreamWriter) -> bool:
        writer.write(answer)
        return True

    return act


def send_and_close(answer: bytes) -> Act:
    """A server that sends these bytes, and closes the connection."""

    async def act(_number: int, writer: asyncio.StreamWriter) -> bool:
        writer.write(answer)
        await writer.drain()
        return False

    return act


def talk(act: Act, work: Callable[[httpx.AsyncClient, RawServer], Awaitable[T]]) -> T:
    """Run some work with a client of the transport and a raw server."""

    async def run() -> T:
        transport = OneUseTransport(trusted_certificates())
        client = httpx.AsyncClient(transport=transport, timeout=httpx.Timeout(0.5, connect=5))
        async with client, run_raw_server(act) as server:
            return await work(client, server)

    return asyncio.run(run())


async def get(client: httpx.AsyncClient, server: RawServer) -> httpx.Response:
    """The answer to a GET."""
    return await client.get(server.origin)


@pytest.mark.parametrize(
    "act",
    [
        send(OK + LENGTH + b"\r\n" + BODY),
        send(OK + CHUNKED + CHUNKS),
        send(OK + CHUNKED + b"Content-Length: 3\r\n" + CHUNKS),
        send(OK + LENGTH + LENGTH + b"\r\n" + BODY),
        send(OK + LENGTH + b"\r\n" + BODY + b"more"),
        send(b"HTTP/1.1 100 Continue\r\n\r\n" + OK + LENGTH + b"\r\n" + BODY),
        send((OK + LENGTH + b"\r\n").replace(b"\r\n", b"\n") + BODY),
        send(OK + LENGTH + b"X-Policy: " + b"a" * 50_000 + b"\r\n\r\n" + BODY),
        send_and_close(OK + b"\r\n" + BODY),
        send_and_close(b"HTTP/1.0 200 OK\r\n\r\n" + BODY),
    ],
)
def test_an_answer_is_read_in_any_framing_that_hosts_use(act: Act) -> None:
    """With a length, in chunks, with both, until the end of the connection, and a few oddities."""
    answer = talk(act, get)
    assert (answer.status_code, answer.content) == (200, BODY)


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (drop, httpx.RemoteProtocolError),
        (half, httpx.RemoteProtocolError),
        (silence, httpx.ReadTimeout),
        (send(b"SSH-2.0-OpenSSH\r\n\r\n"), httpx.RemoteProtocolError),
        (send(OK + b"X: " + b"a" * 200_000), httpx.RemoteProtocolError),
        (send(OK + b"X: a\r\n" * 40_000), httpx.RemoteProtocolError),
        (send(OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n"), httpx.RemoteProtocolError),
        (send_and_close(OK + CHUNKED + CHUNKS[:-3]), httpx.RemoteProtocolError),
    ],
)
def test_what_is_no_answer_is_an_error_of_httpx(act: Act, error: type[Exception]) -> None:
    """Nothing, half of one, another protocol, a head without an end: it may have been heard."""
    with pytest.raises(error):
        talk(act, get)


def test_no_connection_is_used_twice() -> None:
    """Not even for the same host, whose answer would allow it."""
    connections: list[object] = []

    async def act(_number: int, writer: asyncio.StreamWriter) -> bool:
        connections.append(writer.get_extra_info("peername"))
        writer.write(OK + LENGTH + b"\r\n" + BODY)
        return True

    async def work(client: httpx.AsyncClient, server: RawServer) -> None:
        await client.get(server.origin)
        await client.get(server.origin)

    talk(act, work)
    assert len(set(connections)) == len(connections) == 2


def test_an_answer_that_is_left_closes_its_connection() -> None:
    """The rest of the body is not read."""
    closed = asyncio.Event()

    async def act(_number: int, writer: asyncio.StreamWriter) -> bool:
        writer.write(OK + b"Content-Length: 9999999999\r\n\r\n")
        try:
            while True:
                writer.write(bytes(65536))
                await writer.drain()
        except ConnectionError:
            closed.set()
        return False

    async def work(client: httpx.AsyncClient, server: RawServer) -> None:
        async with client.stream("GET", server.origin) as answer:
            await anext(answer.aiter_raw())
        await closed.wait()

    talk(act, work)


def test_a_request_is_sent_as_it_was_built() -> None:
    """Its method, its target letter by letter, its headers and its body."""
    target = "/a%2Fb/~c?sig=x%2By+z&empty="

    async def work(client: httpx.AsyncClient, server: RawServer) -> list[str]:
        headers = {"X-Signature": "v1", "Host": "source.test"}
        await client.post(server.origin + target, content=BODY, headers=headers)
        return server.heads

    (head,) = talk(send(OK + LENGTH + b"\r\n" + BODY), work)
    first, *lines = head.split("\r\n")
    assert first == f"POST {target} HTTP/1.1"
    assert {"X-Signature: v1", "Host: source.test", "Content-Length: 10"} <= set(lines)


def test_a_name_is_never_connected_to() -> None:
    """Only addresses are: whoever passes a name has not judged it."""

    async def work(client: httpx.AsyncClient, server: RawServer) -> None:
        with pytest.raises(httpx.ConnectError):
            await client.get(server.origin.replace("127.0.0.1", "localhost"))
        assert server.heads == []

    talk(drop, work)


def test_nobody_there_was_never_sent() -> None:
    """A refused connection is a ConnectError."""

    async def work(client: httpx.AsyncClient, _server: RawServer) -> None:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"http://127.0.0.1:{free_port()}/")

    talk(drop, work)


def test_certificates_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """All transports of a process share what they trust: reading it takes longer than a file."""
    read: list[object] = []
    create = httpx.create_ssl_context

    def count(*, trust_env: bool) -> ssl.SSLContext:
        read.append(trust_env)
        return create(trust_env=trust_env)

    monkeypatch.setattr(httpx, "create_ssl_context", count)
    trusted_certificates.cache_clear()
    for _ in range(2):
        create_transport = transport_factory(allow_private=False)
        create_transport()
        create_transport()
    assert read == [False]
