"""A fetcher with names and servers that a test defines."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from media.safe_transport import PinnedTransport
from tests.service_context import CIPHER
from worker.media_fetch import Fetcher, FetchLimits, MediaSource

NAMES: Mapping[str, Sequence[str]] = {"source.test": ["8.8.8.8"], "other.test": ["8.8.4.4"]}
Handler = Callable[[httpx.Request], httpx.Response]


def make_fetcher(
    handler: Handler,
    names: Mapping[str, Sequence[str]] = NAMES,
    *,
    allow_private: bool = False,
    **limits: Any,  # noqa: ANN401
) -> Fetcher:
    """Reads from `handler`; `names` has the addresses of each name."""

    async def resolve(host: str, _port: int) -> list[str]:
        return list(names.get(host, [host]))

    def transport() -> httpx.AsyncBaseTransport:
        inner = httpx.MockTransport(handler)
        return PinnedTransport(inner, allow_private=allow_private, resolve=resolve)

    client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    return Fetcher(
        client,
        CIPHER,
        allow_private=allow_private,
        transport=transport,
        limits=FetchLimits(**limits),
    )


def read_source(
    from_: Fetcher,
    link: str,
    post_type: str = "photo",
    least: int = 0,
    max_photo_bytes: int | None = None,
) -> tuple[MediaSource, bytes]:
    """The source of a URL, and all its bytes."""

    async def run() -> tuple[MediaSource, bytes]:
        opened = from_.open(
            CIPHER.encrypt(link),
            post_type,
            least,
            max_photo_bytes=max_photo_bytes,
            organization_id="acme",
        )
        async with opened as source:
            return source, b"".join([chunk async for chunk in source.chunks()])

    return asyncio.run(run())


def serve_bytes(body: bytes, **headers: str) -> Handler:
    """A server with one file."""

    def handler(_request: httpx.Request) -> httpx.Response:
        length = {"Content-Length": str(len(body))}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.Response(200, headers=length | given, stream=httpx.ByteStream(body))

    return handler
