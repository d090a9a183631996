"""Limits bodies while they stream, and checks JSON and forms before any route.

Who sends a body is found out before it is read: a stranger's is not read at all.
"""

import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.connections.limits import ConnectionLimits
from api.errors import ApiError, database_error_response, error_response
from api.middleware import request_state
from api.middleware.body_pace import LEAST_RATE, BodyPace
from api.middleware.limited_body import BodyTooLarge, BodyTooSlow, LimitedBody
from api.middleware.url_text import encoded_text_problem
from api.paths import is_page_path, without_organization
from models.database_errors import DATABASE_ERRORS
from services import strict_json
from services.errors import ServiceError, invalid_field

MAX_JSON_BYTES = 1 << 20
URLENCODED_FORM = "application/x-www-form-urlencoded"
_METHODS_WITH_BODY = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class UploadRoute:
    """A path whose body is no JSON and is read by the route: at most `limit` bytes. `is_streamed`:
    the body may be larger than memory, so that no middleware may read it whole."""

    limit: int
    is_streamed: bool = False


@dataclass(frozen=True, slots=True)
class BodyRules:
    """What bodies there may be. `files`: the paths that take a file. `open_forms`: the pages whose
    form everybody may send, and its most bytes. `is_known`: whether a request's headers show who
    sends it."""

    files: Mapping[str, UploadRoute]
    open_forms: Mapping[str, int]
    is_known: Callable[[Request], Awaitable[bool]]
    times: ConnectionLimits = field(default_factory=ConnectionLimits)

    def limit(self, path: str) -> int:
        """The most bytes of a body, sent to this path."""
        file = self.files.get(path)
        return file.limit if file else self.open_forms.get(path, MAX_JSON_BYTES)

    def pace(self, path: str) -> BodyPace:
        """How fast the body must come: at an open form, within the time for headers."""
        rate = math.inf if path in self.open_forms else LEAST_RATE
        return BodyPace(self.times.request_timeout, self.times.stall_timeout, rate)


class BodyLimitMiddleware:
    """Answers 413 for a body over its limit, 408 for one that comes too slowly, 415 for a wrong
    type, and 400 for a malformed one.

    Pages take a form, all other paths a JSON object, each of at most 1 MiB.
    """

    def __init__(self, app: ASGIApp, rules: BodyRules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = without_organization(scope["path"].removeprefix(scope.get("root_path", "")))
        body = LimitedBody(receive, send, self._rules.limit(path), self._rules.pace(path))
        try:
            body.check_length(scope)
            await self._app(scope, await self._prepare(scope, path, body), body.send)
        except (BodyTooLarge, BodyTooSlow) as error:
            refusal = ApiError(error.status_code, error.detail)
            await error_response(refusal, error.headers)(scope, receive, body.send)
        except (ApiError, ServiceError) as error:
            await error_response(error)(scope, receive, body.send)
        except DATABASE_ERRORS as error:  # who sends the body could not be found out
            body.leave_unread()
            await database_error_response(error)(scope, receive, body.send)
        except ClientDisconnect:
            return  # nobody is left to answer

    async def _prepare(self, scope: Scope, path: str, body: LimitedBody) -> Receive:
        """The `receive` of the route: of the checked body, or of none where a stranger sends it."""
        state, file = request_state.get_from_scope(scope), self._rules.files.get(path)
        state.is_streamed = file is not None and file.is_streamed
        if not _may_have_body(scope):
            return body.receive
        is_open = path in self._rules.open_forms
        if not is_open and not await self._rules.is_known(Request(scope)):
            body.leave_unread()
            return _replay(b"", body)
        if file is not None:
            return body.receive
        read = _read_form if is_page_path(path) else _read_json
        return await read(scope, body)


def _may_have_body(scope: Scope) -> bool:
    headers, method = Headers(scope=scope), scope["method"]
    has_body = "content-length" in headers or "transfer-encoding" in headers
    return method in _METHODS_WITH_BODY or (method == "GET" and has_body)


async def _read_json(scope: Scope, body: LimitedBody) -> Receive:
    """Read and check a JSON body; returns a `receive` that gives it to the route again."""
    raw = await body.read_whole()
    if raw and not _is_json(Headers(scope=scope).get("content-type", "")):
        raise ApiError(415, "the body must come with Content-Type: application/json")
    request_state.get_from_scope(scope).json = strict_json.parse_object(raw)
    return _replay(raw, body)


async def _read_form(scope: Scope, body: LimitedBody) -> Receive:
    """Read and check a form; returns a `receive` that gives it to the route again."""
    raw = await body.read_whole()
    kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    if raw and kind != URLENCODED_FORM:
        raise ApiError(415, f"the body must come with Content-Type: {URLENCODED_FORM}")
    problem = encoded_text_problem(raw)
    if problem is not None:
        raise invalid_field("body", problem)
    return _replay(raw, body)


def _replay(raw: bytes, body: LimitedBody) -> Receive:
    is_sent = False

    async def receive() -> Message:
        nonlocal is_sent
        if is_sent:
            return await body.receive()  # after the body only a disconnect can follow
        is_sent = True
        return {"type": "http.request", "body": raw}

    return receive


def _is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )
