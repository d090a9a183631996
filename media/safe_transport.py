"""Connections to public addresses alone.

A name is resolved once, every answer is judged, and the connection goes to one of the addresses
that were judged: a second look-up could answer differently. The request keeps the name in its Host
header, and TLS asks for the name's certificate.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable

import httpx

from media.urls import is_public
from provider.errors import GiveUp, Retry

Resolve = Callable[[str, int], Awaitable[list[str]]]
# Of a name with many addresses, so many are tried.
MAX_TRIES = 4


async def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name, in the order that the system prefers; Retry without an answer."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Retry("the media source's name cannot be resolved") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class PinnedTransport(httpx.AsyncBaseTransport):
    """Sends each request to an address that was judged first. GiveUp where one is not public.

    `inner` must keep no idle connections: it knows them by address, and would send a request for
    another name of that address through one whose certificate was never checked for it.
    """

    def __init__(
        self, inner: httpx.AsyncBaseTransport, *, allow_private: bool, resolve: Resolve = resolve
    ) -> None:
        self._inner = inner
        self._allow_private = allow_private
        self._resolve = resolve

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer of the first address that takes the connection."""
        host = request.url.raw_host.decode("ascii").removesuffix(".")
        *others, last = (await self._addresses(host, request.url))[:MAX_TRIES]
        for address in others:
            try:
                return await self._inner.handle_async_request(_pin_request(request, host, address))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._inner.handle_async_request(_pin_request(request, host, last))

    async def _addresses(self, host: str, url: httpx.URL) -> list[str]:
        found = await self._resolve(host, url.port or (443 if url.scheme == "https" else 80))
        if not found:
            raise Retry("the media source's name has no address")
        # All must be public, not one of them: a name that mixes both is being played with.
        if not self._allow_private and not all(map(_is_public_address, found)):
            raise GiveUp("the media link must lead to a public address")
        return found

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


def _is_public_address(text: str) -> bool:
    try:
        return is_public(ipaddress.ip_address(text))
    except ValueError:
        return False


def _pin_request(request: httpx.Request, host: str, address: str) -> httpx.Request:
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": host},
    )


def transport_factory(*, allow_private: bool) -> Callable[[], httpx.AsyncBaseTransport]:
    """Makes a transport for each file, so that nothing is shared among them but the trusted
    certificates. Neither proxies nor anything else of the environment has a say."""
    context = httpx.create_ssl_context(trust_env=False)
    limits = httpx.Limits(max_connections=4, max_keepalive_connections=0)

    def create_transport() -> httpx.AsyncBaseTransport:
        inner = httpx.AsyncHTTPTransport(verify=context, trust_env=False, limits=limits)
        return PinnedTransport(inner, allow_private=allow_private)

    return create_transport
