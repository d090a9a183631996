"""The HTTP client for servers whose address a person typed: the address is judged, and connected
to as judged; answers have a limit.

So neither the name nor a redirect leads into a private network. The rules are those of media links.
"""

import socket
from typing import Any, Final, Protocol

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult

from media.name_lookup import NameNotResolved
from media.safe_transport import (
    AddressNotPublic,
    Resolve,
    check_address,
    judged_addresses,
    resolve,
    trusted_certificates,
)
from provider.aiohttp_client import AiohttpClient, HttpClient

# For how long (s) an idle connection may be used again, for the same name.
KEEP_IDLE: Final = 20.0
# Answers are JSON: a server that sends more is cut off (bytes).
MAX_ANSWER: Final = 8 * 1024 * 1024
AddressInfo = tuple[int, int, int, str, tuple[Any, ...]]


class PinnedClient(AiohttpClient):
    """Raises ConnectError, which means "never sent", where the address may not be used, and
    ReadError where an answer is too long. `keeps_connections`: else each call has a new one."""

    def __init__(
        self,
        timeout: httpx.Timeout,
        *,
        allow_private: bool,
        keeps_connections: bool = True,
        resolve: Resolve = resolve,
    ) -> None:
        super().__init__(timeout)
        self._keeps = keeps_connections
        self._allow_private, self._resolve = allow_private, resolve
        self._proxies = {}  # a proxy would look names up itself

    async def request(self, method: str, url: str, **given: Any) -> httpx.Response:  # noqa: ANN401
        """See HttpClient."""
        try:
            return await super().request(method, url, **given)
        except AddressNotPublic:
            raise httpx.ConnectError("the server must have a public address") from None
        except NameNotResolved:
            raise httpx.ConnectError("the server's name cannot be resolved") from None

    def _create_connector(self) -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector(
            limit=0,
            ssl=trusted_certificates(),
            resolver=_JudgingResolver(self._judge),
            use_dns_cache=False,
            socket_factory=self._create_socket,
            # aiohttp refuses both at once.
            **({"keepalive_timeout": KEEP_IDLE} if self._keeps else {"force_close": True}),
        )

    async def _judge(self, host: str, port: int) -> list[str]:
        return await judged_addresses(
            host, port, allow_private=self._allow_private, resolve=self._resolve
        )

    def _create_socket(self, info: AddressInfo) -> socket.socket:
        """The last check, just before a connection is made; the only one for a number in a URL."""
        family, kind, protocol, _, address = info
        check_address(address[0], allow_private=self._allow_private)
        return socket.socket(family, kind, protocol)

    async def _read_body(self, response: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > MAX_ANSWER:
                raise httpx.ReadError("the answer is too long")
        return bytes(body)


class _JudgingResolver(AbstractResolver):
    """Looks up a name for each new connection, which is made to what was judged here."""

    def __init__(self, judge: Resolve) -> None:
        self._judge = judge

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: int = 0,  # noqa: ARG002  (all that the name has)
    ) -> list[ResolveResult]:
        return [_to_result(host, port, each) for each in await self._judge(host, port)]

    async def close(self) -> None:
        """Nothing to close: the look-ups belong to the process."""


def _to_result(host: str, port: int, address: str) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=address,
        port=port,
        family=socket.AF_INET6 if ":" in address else socket.AF_INET,
        proto=0,
        flags=socket.AI_NUMERICHOST,
    )


class CreatePinned(Protocol):
    """Creates a client. It sends no credentials and no cookies by itself, and follows no redirects.

    `keeps_connections` False: for a server that may close a kept connection without a word, so that
    a call on it is lost, and nobody knows whether it arrived.
    """

    def __call__(self, *, keeps_connections: bool = True) -> HttpClient:
        """A new client."""
        ...


def client_factory(timeout: httpx.Timeout, *, allow_private: bool) -> CreatePinned:
    """Returns a function that creates clients."""

    def create(*, keeps_connections: bool = True) -> PinnedClient:
        return PinnedClient(
            timeout, allow_private=allow_private, keeps_connections=keeps_connections
        )

    return create
