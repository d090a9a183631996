"""The size limits of bodies, message by message."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from api.connections.limits import ConnectionLimits
from api.middleware import limited_body, request_state
from api.middleware.body_limit import (
    MAX_JSON_BYTES,
    BodyLimitMiddleware,
    BodyRules,
    UploadRoute,
)

LIMIT = 5_000


async def is_known(request: Request) -> bool:
    """Whether the caller of a test counts as known."""
    return "stranger" not in request.headers


RULES = BodyRules(
    {"/files": UploadRoute(LIMIT, is_streamed=True)},
    {"/sign-in": 100},
    is_known,
    ConnectionLimits(request_timeout=0.02, stall_timeout=0.01),
)


class AsgiCaller:
    """One request to a route behind BodyLimitMiddleware: its messages and its response."""

    def __init__(self, *chunks: bytes, path: str = "/api/json", **headers: str) -> None:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.scope: Scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "headers": [(name.encode(), value.encode()) for name, value in names.items()],
        }
        self._chunks: Iterator[bytes] = iter(chunks)
        self.taken = 0
        self.answer: list[Message] = []
        self.seen: list[bytes] = []

    async def receive(self) -> Message:
        """The next chunk; after the last one the caller disconnects."""
        chunk = next(self._chunks, None)
        if chunk is None:
            return {"type": "http.disconnect"}
        self.taken += len(chunk)
        is_last = chunk.endswith(b"}")
        return {"type": "http.request", "body": chunk, "more_body": not is_last}

    async def send(self, message: Message) -> None:
        """Record the response."""
        self.answer.append(message)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        async for chunk in request.stream():
            self.seen.append(chunk)
        response: Response = PlainTextResponse("fine")
        await response(scope, receive, send)

    def call(self) -> "AsgiCaller":
        """Send it."""
        app = BodyLimitMiddleware(self._route, RULES)
        asyncio.run(app(self.scope, self.receive, self.send))
        return self

    @property
    def status(self) -> int:
        """The answer's status."""
        found: int = self.answer[0]["status"]
        return found

    @property
    def told(self) -> dict[str, Any]:
        """The answer's JSON."""
        body = b"".join(each.get("body", b"") for each in self.answer[1:])
        found: dict[str, Any] = json.loads(body)
        return found


def test_a_json_body_reaches_the_route_as_it_was_sent() -> None:
    """JSON is parsed once for all, and the route gets the original bytes."""
    caller = AsgiCaller(b'{"a"', b": 1}", content_type="application/json; charset=utf-8").call()
    assert caller.status == 200
    assert b"".join(caller.seen) == b'{"a": 1}'
    assert request_state.get_from_scope(caller.scope).json == {"a": 1}


def test_a_length_over_the_limit_is_refused_unread() -> None:
    """By its Content-Length: 413, and the bytes under way are drained."""
    caller = AsgiCaller(b"x" * 10, b"}", content_length=str(MAX_JSON_BYTES + 1)).call()
    assert (caller.status, caller.told["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert caller.seen == []
    assert dict(caller.answer[0]["headers"])[b"connection"] == b"close"


def test_a_body_without_a_length_is_counted() -> None:
    """Chunks are counted while they arrive; draining has an end."""
    chunks = [b"x" * 65_536] * 10_000
    caller = AsgiCaller(*chunks, content_type="application/json").call()
    assert caller.status == 413
    assert caller.taken <= MAX_JSON_BYTES + limited_body.DRAIN_BYTES + 3 * 65_536
    assert caller.seen == []


def test_who_goes_on_sending_slowly_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a refusal the response ends even if the caller sends nothing more."""
    monkeypatch.setattr(limited_body, "DRAIN_SECONDS", 0.01)
    caller = AsgiCaller(content_length=str(MAX_JSON_BYTES + 1))

    async def silence() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    asyncio.run(BodyLimitMiddleware(caller._route, RULES)(caller.scope, silence, caller.send))
    assert caller.status == 413
    assert caller.answer[-1] == {"type": "http.response.body"}


def test_a_streamed_body_is_the_routes_and_bounded_too() -> None:
    """The route gets a file chunk by chunk, with any content type; over the limit it is 413."""
    fine = AsgiCaller(b"a" * 2_000, b"b}", path="/files", content_type="video/mp4").call()
    assert (fine.status, fine.seen[0]) == (200, b"a" * 2_000)
    assert request_state.get_from_scope(fine.scope).is_streamed
    over = AsgiCaller(*[b"a" * 2_000] * 3, b"}", path="/files").call()
    assert (over.status, len(over.seen)) == (413, 2)
    assert AsgiCaller(b"}", path="/files", content_length=str(LIMIT + 1)).call().status == 413


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "é"])
def test_another_kind_of_body_is_refused(kind: str) -> None:
    """A body without a JSON content type is 415."""
    assert AsgiCaller(b"{}", content_type=kind).call().status == 415


def test_a_caller_who_leaves_is_not_answered() -> None:
    """An incomplete body does not reach the route, and is no error."""
    caller = AsgiCaller(b'{"a":', content_type="application/json").call()
    assert (caller.answer, caller.seen) == ([], [])


@pytest.mark.parametrize("path", ["/api/json", "/files", "/rules", "/nowhere"])
def test_a_strangers_body_is_not_read(path: str) -> None:
    """The route sees none, so that it answers as it does without one; nothing is parsed, and the
    connection is closed."""
    caller = AsgiCaller(b'{"a": ', b"1}", path=path, stranger="1", content_length="8").call()
    assert b"".join(caller.seen) == b""
    assert request_state.get_from_scope(caller.scope).json is None
    assert dict(caller.answer[0]["headers"])[b"connection"] == b"close"


def test_a_form_that_everybody_may_send_is_small() -> None:
    """100 bytes here, 4 KiB at /sign-in; one more is 413."""
    headers = {"content_type": "application/x-www-form-urlencoded", "path": "/sign-in"}
    assert AsgiCaller(b"a" * 99 + b"}", stranger="1", **headers).call().status == 200
    assert AsgiCaller(b"a" * 100 + b"}", stranger="1", **headers).call().status == 413


@pytest.mark.parametrize("path", ["/api/json", "/files", "/sign-in"])
def test_a_body_that_stops_is_408(path: str) -> None:
    """A known caller's too; the connection is closed, since the rest was not read."""
    caller = AsgiCaller(path=path)

    async def stop() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def answer_errors(scope: Scope, receive: Receive, send: Send) -> None:
        await caller._route(scope, receive, send)

    asyncio.run(BodyLimitMiddleware(answer_errors, RULES)(caller.scope, stop, caller.send))
    assert (caller.status, caller.told["code"]) == (408, "REQUEST_TIMEOUT")
    assert dict(caller.answer[0]["headers"])[b"connection"] == b"close"
