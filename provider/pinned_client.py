"""The HTTP client for servers whose address a person typed: the address is judged, and connected
to as judged; answers have a limit.

So neither the name nor a redirect leads into a private network. The rules are those of media links.
"""

from collections.abc import AsyncIterator, Callable

import httpx

from media.name_lookup import NameNotResolved
from media.safe_transport import AddressNotPublic, transport_factory

# All requests of a client go to one host, so its idle connections may be used again.
ONE_HOST = httpx.Limits(max_connections=32, max_keepalive_connections=8, keepalive_expiry=20)
# Answers are JSON: a server that sends more is cut off (bytes).
MAX_ANSWER = 8 * 1024 * 1024


class _GuardedTransport(httpx.AsyncBaseTransport):
    """Raises ConnectError, which means "never sent", where the address may not be used, and
    ReadError where an answer is too long."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            response = await self._inner.handle_async_request(request)
        except AddressNotPublic:
            raise httpx.ConnectError("the server must have a public address") from None
        except NameNotResolved:
            raise httpx.ConnectError("the server's name cannot be resolved") from None
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101  (of a transport)
        response.stream = _LimitedStream(response.stream)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _LimitedStream(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._inner:
            size += len(chunk)
            if size > MAX_ANSWER:
                raise httpx.ReadError("the answer is too long")
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


def client_factory(
    timeout: httpx.Timeout, *, allow_private: bool, one_host: bool = True
) -> Callable[[], httpx.AsyncClient]:
    """Returns a function that creates a client for one host, or for many with `one_host` False. It
    sends no credentials and no cookies by itself, and follows no redirects."""
    create_transport = transport_factory(
        allow_private=allow_private, limits=ONE_HOST if one_host else None
    )

    def create_client() -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=_GuardedTransport(create_transport()),
            timeout=timeout,
            follow_redirects=False,
            headers={"User-Agent": "slotbeat"},
        )

    return create_client
