"""Responses of requests with an Idempotency-Key: stored before they are sent, or the key is
released."""

import asyncio
from typing import Any, cast

import pytest
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from api.middleware import request_state
from api.middleware.idempotency import MAX_STORED_BYTES, KeyLease
from api.middleware.idempotent_response import IdempotentResponseMiddleware


class ClaimRecorder:
    """A fake KeyLease that records what is stored, in the order of what is sent."""

    renewal = None

    def __init__(self) -> None:
        self.events: list[Any] = []

    def store_response(self, status: int, _headers: object, body: bytes) -> None:
        """Record it."""
        self.events.append(("kept", status, body[:10]))


def events(response: Response | None, *, breaks: bool = False) -> list[Any]:
    """The events of a request with a key whose route sends these messages, or fails."""
    book = ClaimRecorder()

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        found = request_state.get_from_scope(scope)
        found.key_lease = cast("KeyLease", book)
        found.headers["X-Limit"] = "5"
        if response is not None:
            await response(scope, receive, send)
        if breaks:
            raise ZeroDivisionError

    async def send(message: Message) -> None:
        book.events.append((message["type"].rpartition(".")[2], message.get("body", b"")[:10]))
        if message["type"] == "http.response.start":
            assert (b"x-limit", b"5") in message["headers"]

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    scope: Scope = {"type": "http", "headers": [], "method": "POST"}
    asyncio.run(IdempotentResponseMiddleware(route)(scope, receive, send))
    return book.events


def test_a_response_is_stored_before_it_is_sent() -> None:
    """The response is stored before it is sent; its chunks become one."""
    assert events(PlainTextResponse("fine", 201)) == [
        ("kept", 201, b"fine"),
        ("start", b""),
        ("body", b"fine"),
    ]
    parts = StreamingResponse(iter(["a", "b"]))
    assert events(parts) == [("kept", 200, b"ab"), ("start", b""), ("body", b"ab")]


def test_a_large_answer_is_passed_on_as_it_comes() -> None:
    """Over the size limit the rest is not buffered."""
    part = b"x" * (MAX_STORED_BYTES // 2 + 1)
    found = events(StreamingResponse(iter([part, part, b"end"])))
    assert [each[0] for each in found] == ["kept", "start", "body", "body", "body"]
    assert found[3][1] == b"end"


def test_without_an_answer_the_key_is_given_back() -> None:
    """After a disconnect or a failure of the route, the key is released and nothing is stored."""
    assert events(None) == [("kept", 500, b"")]
    with pytest.raises(ZeroDivisionError):
        events(None, breaks=True)
