"""Limits on size and time: a source can neither flood a worker nor block it."""

import asyncio
import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator

import httpx
import pytest

from provider.errors import GiveUp, Retry
from tests.sample_files import JPEG
from tests.unit.worker.media_fetch.fetch_harness import (
    Handler,
    make_fetcher,
    read_source,
    serve_bytes,
)

LINK = "https://source.test/a.jpg"


class Slow(httpx.AsyncByteStream):
    """A photo in small chunks with a pause before each, without an end."""

    def __init__(self, pause: float, piece: bytes = JPEG) -> None:
        self._pause, self._piece = pause, piece
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(self._pause)
            yield self._piece

    async def aclose(self) -> None:
        """Records that the reader closed it."""
        self.closed = True


def unending(stream: httpx.AsyncByteStream) -> Handler:
    """A server that does not state a length."""
    return lambda _request: httpx.Response(200, stream=stream)


def test_the_checksums_are_those_of_the_file() -> None:
    """SHA-256 of all bytes; MD5 only if the bytes were spooled to disk, because the length was
    unknown."""
    source, _ = read_source(make_fetcher(serve_bytes(JPEG)), LINK)
    assert source.sha256 == hashlib.sha256(JPEG).hexdigest()
    assert source.md5 is None
    unstated = unending(httpx.ByteStream(JPEG))
    source, body = read_source(make_fetcher(unstated), LINK)
    assert body == JPEG
    assert source.size == len(JPEG)
    assert source.sha256 == hashlib.sha256(JPEG).hexdigest()
    assert source.md5 == b64encode(hashlib.md5(JPEG).digest()).decode()  # noqa: S324


def test_a_file_that_is_too_large_is_refused() -> None:
    """By its stated length, or by the bytes that arrive without one; reading stops."""
    with pytest.raises(GiveUp, match="more than the 100 bytes"):
        read_source(make_fetcher(serve_bytes(JPEG), size=100), LINK)
    stream = Slow(0)
    with pytest.raises(GiveUp, match="more than the 1000000 bytes"):
        read_source(make_fetcher(unending(stream), size=1_000_000), LINK)
    assert stream.closed


def test_an_empty_file_is_refused() -> None:
    """With or without a stated length: a provider would accept it, and publish nothing."""
    for server in (serve_bytes(b""), unending(httpx.ByteStream(b""))):
        with pytest.raises(GiveUp, match="empty"):
            read_source(make_fetcher(server), LINK)


def test_a_source_that_sends_another_size_than_it_said_is_asked_again() -> None:
    """The provider was told its length before the last byte was read."""
    for length in (len(JPEG) - 1, len(JPEG) + 1):
        with pytest.raises(Retry, match="where it promised"):
            read_source(make_fetcher(serve_bytes(JPEG, Content_Length=str(length))), LINK)


def test_a_source_that_trickles_is_left() -> None:
    """Single bytes are less than a chunk in the time limit, although the connection is never
    silent."""
    stream = Slow(0.01, b"\xff\xd8\xff\xe0")
    with pytest.raises(Retry, match="too slow"):
        read_source(make_fetcher(unending(stream), stall=0.2), LINK)
    assert stream.closed


def test_a_source_that_breaks_off_is_asked_again() -> None:
    """In the middle of the file, with a length or without."""

    async def half() -> AsyncIterator[bytes]:
        yield JPEG
        raise httpx.ReadError("gone")

    for headers in ({}, {"Content-Length": "100000"}):
        with pytest.raises(Retry, match="broke off"):
            read_source(
                make_fetcher(lambda _, h=headers: httpx.Response(200, headers=h, content=half())),  # type: ignore[misc]
                LINK,
            )
