"""A Swonkie client with a function as server: for responses that no real server would send."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx

from provider.protocol import Draft
from provider.swonkie.client import Swonkie
from tests.fixed_credentials import FixedCredentials

T = TypeVar("T")
API_ID, API_KEY = "app-id", "api-key-do-not-show"
BASE = "https://swonkie.test/v2"
DRAFT = Draft("S+/w==", "facebook", "text", "Hello", (), None, {}, "slotbeat:here:one")

Server = Callable[[httpx.Request], httpx.Response]


def call_swonkie(server: Server, question: Callable[[Swonkie], Awaitable[T]]) -> T:
    """The client's result for this server."""

    async def run() -> T:
        async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as client:
            return await question(Swonkie(client, BASE, FixedCredentials(API_ID, API_KEY)))

    return asyncio.run(run())


def respond_with(status: int, **answer: object) -> Server:
    """A server that sends the same response to every request."""
    return lambda _request: httpx.Response(status, **answer)  # type: ignore[arg-type]


def raise_error(error: type[httpx.TransportError]) -> Server:
    """A server that cannot be reached."""

    def answer(request: httpx.Request) -> httpx.Response:
        raise error("the line broke", request=request)

    return answer
