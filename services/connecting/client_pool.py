"""HTTP clients for one piece of work, which are all closed at its end."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from provider.aiohttp_client import HttpClient


class ClientPool:
    """Makes clients inside `async with`; the end of the block closes them."""

    def __init__(self, create: Callable[[], HttpClient]) -> None:
        self._create = create
        self._made: list[HttpClient] = []

    def create(self) -> HttpClient:
        """A new client."""
        client = self._create()
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
