"""Limits the size of bodies while they stream, and checks JSON and forms before any route."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ApiError, error_response
from api.middleware import request_state
from api.middleware.url_text import encoded_text_problem
from api.paths import is_page_path
from services import strict_json
from services.errors import ServiceError, invalid_field

MAX_JSON_BYTES = 1 << 20
URLENCODED_FORM = "application/x-www-form-urlencoded"
# After a refusal at most this much of the rest is read. A caller that is still sending would
# otherwise get a connection error instead of the answer. Then the connection is closed.
DRAIN_BYTES = 16 << 20
DRAIN_SECONDS = 2.0
_METHODS_WITH_BODY = ("POST", "PUT", "PATCH", "DELETE")


class BodyTooLarge(HTTPException):
    """A body over its limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"the body is larger than {limit} bytes", {"Connection": "close"})


@dataclass(frozen=True, slots=True)
class UploadRoute:
    """A path whose body is no JSON and is read by the route: at most `limit` bytes. `is_streamed`:
    the body may be larger than memory, so that no middleware may read it whole."""

    limit: int
    is_streamed: bool = False


class BodyLimitMiddleware:
    """Answers 413 for a body over its limit, 415 for a wrong type, and 400 for a malformed body.

    `files`: the paths that take a file. Pages take a form, all other paths a JSON object, each of
    at most 1 MiB.
    """

    def __init__(self, app: ASGIApp, files: Mapping[str, UploadRoute]) -> None:
        self._app = app
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        file = self._files.get(path)
        body = _LimitedBody(receive, send, file.limit if file else MAX_JSON_BYTES)
        try:
            body.check_length(scope)
            if file is not None:
                request_state.get_from_scope(scope).is_streamed = file.is_streamed
                await self._app(scope, body.receive, body.send)
            else:
                read = _read_form if is_page_path(path) else _read_json
                await self._app(scope, await read(scope, body), body.send)
        except BodyTooLarge as error:
            too_large = ApiError(error.status_code, error.detail)
            await error_response(too_large, error.headers)(scope, receive, body.send)
        except (ApiError, ServiceError) as error:
            await error_response(error)(scope, receive, send)
        except ClientDisconnect:
            return  # nobody is left to answer


class _LimitedBody:
    """Counts the bytes of a request's body, and ends the response properly after a refusal."""

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive = receive
        self._send = send
        self._limit = limit
        self._size = 0
        self._is_refused = False

    def check_length(self, scope: Scope) -> None:
        """BodyTooLarge where the Content-Length is over the limit."""
        length = Headers(scope=scope).get("content-length", "0")
        if length.isdecimal() and int(length[:20]) > self._limit:
            self._refuse()

    async def receive(self) -> Message:
        """The next message; BodyTooLarge where the body is over the limit."""
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > self._limit:
            self._refuse()
        return message

    async def send(self, message: Message) -> None:
        """Pass the response on. After a refusal, drain the body before the response ends."""
        is_last = message["type"] == "http.response.body" and not message.get("more_body")
        if not self._is_refused or not is_last:
            await self._send(message)
            return
        await self._send({**message, "more_body": True})
        await self._drain_briefly()
        await self._send({"type": "http.response.body"})

    def _refuse(self) -> None:
        self._is_refused = True
        raise BodyTooLarge(self._limit)

    async def _drain_briefly(self) -> None:
        size = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                while size < DRAIN_BYTES:
                    message = await self._receive()
                    size += len(message.get("body", b""))
                    if message["type"] != "http.request" or not message.get("more_body"):
                        return


async def _read_json(scope: Scope, body: _LimitedBody) -> Receive:
    """Read and check a JSON body; returns a `receive` that gives it to the route again."""
    headers = Headers(scope=scope)
    has_body = "content-length" in headers or "transfer-encoding" in headers
    if scope["method"] not in _METHODS_WITH_BODY and not (scope["method"] == "GET" and has_body):
        return body.receive
    raw = await _read_whole(body.receive)
    if raw and not _is_json(headers.get("content-type", "")):
        raise ApiError(415, "the body must come with Content-Type: application/json")
    request_state.get_from_scope(scope).json = strict_json.parse_object(raw)
    return _replay(raw, body)


async def _read_form(scope: Scope, body: _LimitedBody) -> Receive:
    """Read and check a form; returns a `receive` that gives it to the route again."""
    if scope["method"] not in _METHODS_WITH_BODY:
        return body.receive
    raw = await _read_whole(body.receive)
    kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    if raw and kind != URLENCODED_FORM:
        raise ApiError(415, f"the body must come with Content-Type: {URLENCODED_FORM}")
    problem = encoded_text_problem(raw)
    if problem is not None:
        raise invalid_field("body", problem)
    return _replay(raw, body)


def _replay(raw: bytes, body: _LimitedBody) -> Receive:
    is_sent = False

    async def receive() -> Message:
        nonlocal is_sent
        if is_sent:
            return await body.receive()  # after the body only a disconnect can follow
        is_sent = True
        return {"type": "http.request", "body": raw}

    return receive


async def _read_whole(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )
