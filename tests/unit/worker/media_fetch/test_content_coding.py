"""Content codings: what is decoded, what is refused, and that no decoder floods the memory."""

import asyncio
import gzip
import sys
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from itertools import pairwise

import brotli
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.errors import GiveUp, Retry
from tests.sample_files import JPEG
from tests.unit.worker.media_fetch.fetch_harness import make_fetcher, read_source, serve_bytes
from worker.media_fetch.content_coding import decode_body
from worker.media_fetch.fetch_limits import CHUNK_SIZE

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LINK = "https://source.test/a.jpg"


def raw_deflate(data: bytes) -> bytes:
    """deflate without zlib's header, as some servers send it."""
    return zlib.compress(data, wbits=-zlib.MAX_WBITS)


CODED: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("GZIP", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("br", brotli.compress),
    ("zstd", zstd.compress),
    ("gzip, identity", gzip.compress),
    ("aws-chunked,gzip", gzip.compress),
    ("deflate, gzip", lambda data: gzip.compress(zlib.compress(data))),
    ("identity", bytes),
    ("aws-chunked", bytes),
    ("base64", bytes),
    ("UTF-8", bytes),
    ("binary", bytes),
    ("gzip;q=1.0", gzip.compress),
    ("", bytes),
]
# Without plain ones; each decodes by itself.
SINGLE = [each for each in CODED if each[0] in ("gzip", "deflate", "br", "zstd")]
coded = pytest.mark.parametrize(("coding", "encode"), CODED)
single = pytest.mark.parametrize(("coding", "encode"), SINGLE)


def decode(chunks: Sequence[bytes], *codings: str) -> list[bytes]:
    """The parts that chunks of a body decode to."""

    async def body() -> AsyncIterator[bytes]:
        for each in chunks:
            yield each

    async def run() -> list[bytes]:
        return [part async for part in decode_body(body(), codings)]

    return asyncio.run(run())


def split(data: bytes, cuts: Sequence[int]) -> list[bytes]:
    """The data in chunks, cut at these places."""
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    return [data[start:end] for start, end in pairwise(places)]


@coded
def test_a_coded_file_is_read_as_the_file(coding: str, encode: Callable[[bytes], bytes]) -> None:
    """Its bytes, type and size are those of the file, not of what was sent."""
    server = serve_bytes(encode(JPEG), Content_Encoding=coding)
    source, body = read_source(make_fetcher(server), LINK)
    assert (body, source.size, source.content_type) == (JPEG, len(JPEG), "image/jpeg")


@single
@given(data=st.binary(min_size=1, max_size=300), cuts=st.lists(st.integers(0, 1000), max_size=6))
def test_it_does_not_matter_how_the_network_cuts_a_body(
    coding: str, encode: Callable[[bytes], bytes], data: bytes, cuts: list[int]
) -> None:
    """Coded bytes decode to the same data in any chunks."""
    assert b"".join(decode(split(encode(data), cuts), coding)) == data


@given(
    members=st.lists(st.binary(max_size=50), min_size=1, max_size=4),
    cuts=st.lists(st.integers(0, 1000), max_size=6),
)
def test_members_of_gzip_and_frames_of_zstd_are_joined(
    members: list[bytes], cuts: list[int]
) -> None:
    """A body may have several, one after the other; zeros behind gzip are ignored."""
    zipped = b"".join(gzip.compress(each) for each in members) + bytes(9)
    assert b"".join(decode(split(zipped, cuts), "gzip")) == b"".join(members)
    frames = b"".join(zstd.compress(each) for each in members)
    assert b"".join(decode(split(frames, cuts), "zstd")) == b"".join(members)


@single
def test_a_bomb_is_cut(coding: str, encode: Callable[[bytes], bytes]) -> None:
    """The limit on the size is for the decoded bytes, and no part is much larger than a chunk."""
    bomb = encode(JPEG[:100] + bytes(64 * 1024**2))
    assert len(bomb) < 100_000
    with pytest.raises(GiveUp, match="more than the 1000000 bytes"):
        read_source(make_fetcher(serve_bytes(bomb, Content_Encoding=coding), size=1_000_000), LINK)
    assert max(map(len, decode([bomb], coding))) <= 4 * CHUNK_SIZE


@single
def test_the_coded_bytes_may_be_more_than_the_limit(
    coding: str, encode: Callable[[bytes], bytes]
) -> None:
    """Content-Length counts what is sent: a small file in a large coding is no large file."""
    server = serve_bytes(encode(JPEG), Content_Encoding=coding, Content_Length="99999999")
    _, body = read_source(make_fetcher(server, size=len(JPEG)), LINK)
    assert body == JPEG


@single
def test_a_coded_body_that_breaks_off_is_asked_for_again(
    coding: str, encode: Callable[[bytes], bytes]
) -> None:
    """Half of the coded bytes are no file, whatever they decode to."""
    sent = encode(JPEG + bytes(range(256)) * 40)
    for length in (len(sent) - 1, len(sent) // 2):
        with pytest.raises(Retry, match="broke off"):
            read_source(make_fetcher(serve_bytes(sent[:length], Content_Encoding=coding)), LINK)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_coding_that_is_not_there_is_refused(coding: str) -> None:
    """The file is sent plain although the header names a coding."""
    with pytest.raises(GiveUp, match=f"is coded in {coding}, but it cannot be decoded"):
        read_source(make_fetcher(serve_bytes(JPEG, Content_Encoding=coding)), LINK)


@pytest.mark.parametrize("coding", ["compress", "pack200-gzip", "gzip, rot13", "gzip," * 4])
def test_an_unknown_coding_is_refused_in_words(coding: str) -> None:
    """The reason names what the host sent, and what would be right."""
    with pytest.raises(GiveUp, match=r"content coding .*; it must be sent as it is, or in gzip"):
        read_source(make_fetcher(serve_bytes(JPEG, Content_Encoding=coding)), LINK)


def test_an_empty_body_is_an_empty_file() -> None:
    """Also with a coding: the file is empty, and nothing broke off."""
    for body in (b"", gzip.compress(b"")):
        with pytest.raises(GiveUp, match="empty"):
            read_source(make_fetcher(serve_bytes(body, Content_Encoding="gzip")), LINK)


def test_no_coding_is_asked_for() -> None:
    """The request asks for the file as it is."""
    asked: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["Accept-Encoding"])
        return serve_bytes(JPEG)(request)

    read_source(make_fetcher(handler), LINK)
    assert asked == ["identity"]
