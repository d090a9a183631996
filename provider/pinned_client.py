"""The HTTP client for a server whose address a person typed: the address is judged, and connected
to as judged.

So neither the name nor a redirect leads into a private network. The rules are those of media links.
"""

from collections.abc import Callable

import httpx

from media.safe_transport import AddressNotPublic, NameNotResolved, transport_factory

# All requests of a client go to one host, so its idle connections may be used again.
LIMITS = httpx.Limits(max_connections=32, max_keepalive_connections=8, keepalive_expiry=20)


class _SayWhy(httpx.AsyncBaseTransport):
    """Raises ConnectError, which means "never sent", where the address may not be used."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._inner.handle_async_request(request)
        except AddressNotPublic:
            raise httpx.ConnectError("the server must have a public address") from None
        except NameNotResolved:
            raise httpx.ConnectError("the server's name cannot be resolved") from None

    async def aclose(self) -> None:
        await self._inner.aclose()


def client_factory(
    timeout: httpx.Timeout, *, allow_private: bool
) -> Callable[[], httpx.AsyncClient]:
    """Returns a function that creates a client for one host. It sends no credentials and no cookies
    by itself, and follows no redirects."""
    create_transport = transport_factory(allow_private=allow_private, limits=LIMITS)

    def create_client() -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=_SayWhy(create_transport()),
            timeout=timeout,
            follow_redirects=False,
            headers={"User-Agent": "slotbeat"},
        )

    return create_client
