"""Media sources over real connections: TLS, slow servers, the environment's proxies."""

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from media.one_use_transport import OneUseTransport
from media.safe_transport import PinnedTransport
from provider import pinned_client
from provider.errors import GiveUp, Retry
from provider.pinned_client import PinnedClient
from tests.integration.worker.media_fetch.certificates import write_certificate
from tests.integration.worker.worker_harness import WorkerHarness
from tests.sample_files import HTML, JPEG, VIDEO_MP4
from tests.service_context import CIPHER
from worker.media_fetch import Fetcher, FetchLimits

Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(JPEG) + JPEG


async def whole(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve a photo."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(WHOLE)
    await writer.drain()
    writer.close()


async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve a photo byte by byte, until the connection closes."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n\xff\xd8\xff\xe0")
    try:
        while not writer.is_closing():
            writer.write(b"\0")
            await asyncio.sleep(0.02)
    finally:
        writer.transport.abort()


@contextmanager
def listening(speak: Speak, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server on loopback; yields its port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    start = asyncio.start_server(speak, "127.0.0.1", 0, ssl=context)
    server = asyncio.run_coroutine_threadsafe(start, loop).result()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _stop(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def read(link: str, fetcher: Callable[[httpx.AsyncClient], Fetcher]) -> bytes:
    """All bytes of a URL."""

    async def run() -> bytes:
        async with (
            httpx.AsyncClient() as client,
            fetcher(client).open(CIPHER.encrypt(link), "photo", organization_id="acme") as source,
        ):
            return b"".join([chunk async for chunk in source.chunks()])

    return asyncio.run(run())


async def to_this_machine(_host: str, _port: int) -> list[str]:
    """The addresses of every name."""
    return ["127.0.0.1"]


def trusting(authority: Path) -> Callable[[httpx.AsyncClient], Fetcher]:
    """A fetcher that trusts one certificate, and resolves every name to this machine."""
    context = ssl.create_default_context(cafile=str(authority))

    def transport() -> httpx.AsyncBaseTransport:
        inner = OneUseTransport(context)
        return PinnedTransport(inner, allow_private=True, resolve=to_this_machine)

    return lambda client: Fetcher(client, CIPHER, allow_private=True, transport=transport)


def test_the_certificate_must_be_the_names_not_the_addresses(tmp_path: Path) -> None:
    """Pinned to an address, TLS still verifies the certificate for the name, and refuses
    another."""
    certificate, key = write_certificate(tmp_path, "source.test")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    asked: list[str] = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    with listening(whole, context) as port:
        assert read(f"https://source.test:{port}/a.jpg", trusting(certificate)) == JPEG
        with pytest.raises(Retry, match="cannot be reached"):
            read(f"https://other.test:{port}/a.jpg", trusting(certificate))
    assert asked == ["source.test", "other.test"]


def test_a_typed_servers_certificate_must_be_its_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client for addresses that people typed verifies the name in the URL, too."""
    certificate, key = write_certificate(tmp_path, "source.test")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    trusted = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(pinned_client, "trusted_certificates", lambda: trusted)

    async def get(name: str, port: int) -> bytes:
        client = PinnedClient(httpx.Timeout(5), allow_private=True, resolve=to_this_machine)
        try:
            return (await client.request("GET", f"https://{name}:{port}/")).content
        finally:
            await client.aclose()

    with listening(whole, context) as port:
        assert asyncio.run(get("source.test", port)) == JPEG
        with pytest.raises(httpx.ConnectError):
            asyncio.run(get("other.test", port))


def test_no_connection_reaches_this_machine() -> None:
    """By number and by name, with the system's own resolver: no connection is made."""
    came: list[object] = []

    async def count(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(writer)
        writer.close()

    with listening(count) as port:
        for host in ("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "127.1"):
            with pytest.raises(GiveUp):
                read(
                    f"https://{host}:{port}/a", lambda it: Fetcher(it, CIPHER, allow_private=False)
                )
    assert came == []


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would resolve the name itself, and reach private addresses."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with listening(whole) as port:
        link = f"http://localhost:{port}/a.jpg"
        assert read(link, lambda it: Fetcher(it, CIPHER, allow_private=True)) == JPEG


def test_a_server_that_trickles_is_left() -> None:
    """The connection is never silent for long, and the file would never end."""
    quick = FetchLimits(stall=0.3)
    with listening(trickle) as port, pytest.raises(Retry, match="too slow"):
        read(
            f"http://127.0.0.1:{port}/a.jpg",
            lambda it: Fetcher(it, CIPHER, allow_private=True, limits=quick),
        )


def test_a_page_in_place_of_a_video_fails_with_words(harness: WorkerHarness) -> None:
    """A URL of a sign-in page: the post fails at once with a reason, and nothing is created."""
    link = harness.serve_file("a.mp4", HTML)
    (ended,) = harness.run_to_end(harness.accept("video", "video", videoUrl=link))
    assert ended.status == "failed"
    assert "the file is text/html, not a video" in str(ended.reason)
    assert harness.simulator_state("calls")["calls"].get("initiate_media", 0) == 0


def test_the_organizations_minimum_holds_for_its_videos(harness: WorkerHarness) -> None:
    """A video of three seconds passes a minimum of three, and fails one of four."""
    link = harness.serve_file("a.mp4", VIDEO_MP4.read_bytes())
    endings = []
    for least in (3, 4):
        harness.set_minimum_duration(least)
        (ended,) = harness.run_to_end(
            harness.accept("video", "video", platforms=["youtube"], videoUrl=link)
        )
        endings.append((ended.status, ended.reason or ""))
    assert endings[0] == ("published", "")
    assert endings[1][0] == "failed"
    assert "minimum is 4 s" in endings[1][1]
