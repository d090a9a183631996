"""Calls that go wrong at the fake server."""

from typing import Final

import httpx

from tests.unit.provider.bluesky.fake_server import FakeServer, Fault, refuse

FAILURES: Final = ("lost before", "lost after", "500 before", "500 after", "expired", "moved")


def fail(server: FakeServer, *failures: str) -> Fault:
    """One failure for each of the next writes, with or without its effect."""
    waiting = list(failures)

    async def fault(request: httpx.Request) -> httpx.Response | None:
        failure = waiting.pop(0) if waiting else ""
        if failure == "expired":
            server.access.clear()
        if failure == "moved":
            server.commits += 1
        if failure.endswith("after"):
            server.do("applyWrites", request)
        if failure.startswith("lost"):
            raise httpx.ReadError("broken", request=request)
        return refuse(500, "InternalServerError") if failure.startswith("500") else None

    return fault


def answer_once(*responses: httpx.Response | type[Exception] | None) -> Fault:
    """One response for each of the next calls; None: the server's own."""
    waiting = list(responses)

    async def fault(request: httpx.Request) -> httpx.Response | None:
        response = waiting.pop(0) if waiting else None
        if isinstance(response, type):
            raise response("broken", request=request)  # type: ignore[call-arg]
        return response

    return fault
