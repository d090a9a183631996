"""A Swonkie client whose server is a function: for answers that no real server would give."""

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
    """What the client makes of this server's answers."""

    async def run() -> T:
        async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as client:
            return await question(Swonkie(client, BASE, FixedCredentials(API_ID, API_KEY)))

    return asyncio.run(run())


def respond_with(status: int, **answer: object) -> Server:
    """A server that gives the same answer to everything."""
    return lambda _request: httpx.Response(status, **answer)  # type: ignore[arg-type]


def raise_error(error: type[httpx.TransportError]) -> Server:
    """A server that cannot be talked to."""

    def answer(request: httpx.Request) -> httpx.Response:
        raise error("the line broke", request=request)

    return answer
