"""An HTTP transport that connects to public addresses only: it protects against SSRF.

A host name is resolved once, every address in the answer is checked, and the connection goes to a
checked address. A second DNS query could give another answer. The request keeps the host name in
its Host header, and TLS verifies the certificate for that name.
"""

import ipaddress
import ssl
from collections.abc import Awaitable, Callable
from functools import cache

import httpx

from media.name_lookup import NameLookup, NameNotResolved
from media.one_use_transport import OneUseTransport
from media.urls import is_public

Resolve = Callable[[str, int], Awaitable[list[str]]]
# How many addresses of one name are tried.
MAX_TRIES = 4


class AddressNotPublic(Exception):
    """The host name leads to a private address. The text is fit for people."""


# One for all transports: it holds a socket for each event loop.
resolve = NameLookup()


class PinnedTransport(httpx.AsyncBaseTransport):
    """Sends each request to an address that was checked first.

    Raises AddressNotPublic and NameNotResolved, which are no httpx errors. `inner` must not reuse
    idle connections: it finds them by address, and would send a request for another name through a
    connection whose certificate was never checked for that name.
    """

    def __init__(
        self, inner: httpx.AsyncBaseTransport, *, allow_private: bool, resolve: Resolve = resolve
    ) -> None:
        self._inner = inner
        self._allow_private = allow_private
        self._resolve = resolve

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The response of the first address that accepts the connection."""
        host = request.url.raw_host.decode("ascii").removesuffix(".")
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        *others, last = await judged_addresses(
            host, port, allow_private=self._allow_private, resolve=self._resolve
        )
        for address in others:
            try:
                return await self._inner.handle_async_request(_pin_request(request, host, address))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
        return await self._inner.handle_async_request(_pin_request(request, host, last))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()


async def judged_addresses(
    host: str, port: int, *, allow_private: bool, resolve: Resolve = resolve
) -> list[str]:
    """The addresses of a name that may be connected to, at most MAX_TRIES. Raises as
    PinnedTransport does."""
    addresses = await resolve(host, port)
    if not addresses:
        raise NameNotResolved("the media source's name has no address")
    # All must be public: a name with public and private addresses is an attack.
    for address in addresses:
        check_address(address, allow_private=allow_private)
    return addresses[:MAX_TRIES]


def check_address(address: str, *, allow_private: bool) -> None:
    """AddressNotPublic for an address that is not public, unless `allow_private`."""
    if not allow_private and not _is_public_address(address):
        raise AddressNotPublic("the media link must lead to a public address")


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
    """Returns a function that creates a transport whose connections carry one request each. The
    transports share nothing but the trusted certificates, and ignore proxy settings and all other
    environment variables."""

    def create_transport() -> httpx.AsyncBaseTransport:
        return PinnedTransport(OneUseTransport(trusted_certificates()), allow_private=allow_private)

    return create_transport


@cache
def trusted_certificates() -> ssl.SSLContext:
    """One in each process: it takes longer to make than a file to fetch."""
    context = httpx.create_ssl_context(trust_env=False)
    context.set_alpn_protocols(["http/1.1"])
    return context
