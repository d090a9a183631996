"""The bounds of bodies, message by message."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from api.middleware import body_limit, request_state
from api.middleware.body_limit import MAX_JSON_BYTES, BodyLimitMiddleware, UploadRoute

LIMIT = 5_000


class AsgiCaller:
    """One request to a route behind Bodies: what is sent to it, and what it answers."""

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
        """The next chunk; after the last one the caller hangs up."""
        chunk = next(self._chunks, None)
        if chunk is None:
            return {"type": "http.disconnect"}
        self.taken += len(chunk)
        is_last = chunk.endswith(b"}")
        return {"type": "http.request", "body": chunk, "more_body": not is_last}

    async def send(self, message: Message) -> None:
        """Keep the answer."""
        self.answer.append(message)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        async for chunk in request.stream():
            self.seen.append(chunk)
        response: Response = PlainTextResponse("fine")
        await response(scope, receive, send)

    def call(self) -> "AsgiCaller":
        """Send it."""
        app = BodyLimitMiddleware(self._route, {"/files": UploadRoute(LIMIT, is_streamed=True)})
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
    """Parsed once for everybody, and its very bytes for the route."""
    caller = AsgiCaller(b'{"a"', b": 1}", content_type="application/json; charset=utf-8").call()
    assert caller.status == 200
    assert b"".join(caller.seen) == b'{"a": 1}'
    assert request_state.get_from_scope(caller.scope).json == {"a": 1}


def test_a_length_over_the_limit_is_refused_unread() -> None:
    """Content-Length says it: 413, and what was under way is let run out."""
    caller = AsgiCaller(b"x" * 10, b"}", content_length=str(MAX_JSON_BYTES + 1)).call()
    assert (caller.status, caller.told["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert caller.seen == []
    assert dict(caller.answer[0]["headers"])[b"connection"] == b"close"


def test_a_body_without_a_length_is_counted() -> None:
    """Chunks are counted as they come; the rest is not read for ever."""
    chunks = [b"x" * 65_536] * 10_000
    caller = AsgiCaller(*chunks, content_type="application/json").call()
    assert caller.status == 413
    assert caller.taken <= MAX_JSON_BYTES + body_limit.DRAIN_BYTES + 3 * 65_536
    assert caller.seen == []


def test_who_goes_on_sending_slowly_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a refusal the connection ends though the caller says nothing more."""
    monkeypatch.setattr(body_limit, "DRAIN_SECONDS", 0.01)
    caller = AsgiCaller(content_length=str(MAX_JSON_BYTES + 1))

    async def silence() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    asyncio.run(BodyLimitMiddleware(caller._route, {})(caller.scope, silence, caller.send))
    assert caller.status == 413
    assert caller.answer[-1] == {"type": "http.response.body"}


def test_a_streamed_body_is_the_routes_and_bounded_too() -> None:
    """Chunk by chunk to the route, whatever its type; over its limit it is 413 there."""
    fine = AsgiCaller(b"a" * 2_000, b"b}", path="/files", content_type="video/mp4").call()
    assert (fine.status, fine.seen[0]) == (200, b"a" * 2_000)
    assert request_state.get_from_scope(fine.scope).is_streamed
    over = AsgiCaller(*[b"a" * 2_000] * 3, b"}", path="/files").call()
    assert (over.status, len(over.seen)) == (413, 2)
    assert AsgiCaller(b"}", path="/files", content_length=str(LIMIT + 1)).call().status == 413


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "é"])
def test_another_kind_of_body_is_refused(kind: str) -> None:
    """What is not said to be JSON is 415."""
    assert AsgiCaller(b"{}", content_type=kind).call().status == 415


def test_a_caller_who_leaves_is_not_answered() -> None:
    """A body that ends in the middle reaches no route, and breaks nothing."""
    caller = AsgiCaller(b'{"a":', content_type="application/json").call()
    assert (caller.answer, caller.seen) == ([], [])
