"""HTTP clients for one piece of work, which are all closed at its end."""

from types import TracebackType
from typing import Self

import httpx

from provider.aiohttp_client import HttpClient
from provider.pinned_client import client_factory


class ClientPool:
    """Makes clients inside `async with`; the end of the block closes them. They are for addresses
    that people typed: each is judged. `allow_private`: private ones pass."""

    def __init__(self, timeout: httpx.Timeout, *, allow_private: bool) -> None:
        self.allow_private = allow_private
        self._create = client_factory(timeout, allow_private=allow_private)
        self._made: list[HttpClient] = []

    def __call__(self, *, keeps_connections: bool = True) -> HttpClient:
        """A new client."""
        client = self._create(keeps_connections=keeps_connections)
        self._made.append(client)
        return client

    async def __aenter__(self) -> Self:
        """The pool."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the clients."""
        for client in self._made:
            await client.aclose()
