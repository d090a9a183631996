"""Access log: one line for each request, with a request id that all log lines of it share."""

import logging
import re
import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

from api.connections.guarded_protocol import current_connection
from api.middleware import request_state
from services.public_urls import API_PREFIX

log = logging.getLogger(__name__)
HEADER = "X-Request-Id"
# Only such an id of the caller's is used: others could falsify the log.
_VALID_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")
# Machines call these every few seconds; they are logged at level DEBUG.
_PROBES = ("/healthz", "/readyz", "/metrics")
# An open page asks for changes every two seconds, with this header.
_POLL_HEADER = "X-Poll"


class AccessLogMiddleware:
    """The outermost middleware, so that every response is logged. It logs the route's template,
    never the URL, which may contain a token."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, status, started = _request_id(scope), 500, time.monotonic()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        connection = current_connection()
        if connection is not None:
            connection.begin_request()
        with bound_contextvars(request=request_id):
            try:
                await self._app(scope, receive, send_with_id)
            finally:
                if connection is not None:
                    connection.end_request()
                _log_request(scope, status, time.monotonic() - started)


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get(HEADER, "")
    return given if _VALID_ID.fullmatch(given) else secrets.token_hex(8)


def _route_template(scope: Scope) -> str | None:
    """The route's path as in the OpenAPI document; None where no route was reached."""
    path: str | None = getattr(scope.get("route"), "path", None)
    # `route.path` lacks the prefix under which the router was included.
    is_below = path is not None and scope["path"].startswith(API_PREFIX + "/")
    return f"{API_PREFIX}{path}" if is_below else path


def _log_request(scope: Scope, status: int, seconds: float) -> None:
    route = _route_template(scope)
    fields = {
        "method": scope["method"],
        "route": route,
        "http_status": status,
        "duration_ms": round(seconds * 1000),
        "organization": request_state.get_from_scope(scope).organization_id,
    }
    is_routine = route in _PROBES or _is_poll(scope)
    level = logging.DEBUG if is_routine and status < 400 else logging.INFO
    log.log(level, "%s %s: %s", scope["method"], route or "(no route)", status, extra=fields)


def _is_poll(scope: Scope) -> bool:
    """Whether a page polls. A request that changes something has its line whatever it says."""
    return scope["method"] in ("GET", "HEAD") and _POLL_HEADER in Headers(scope=scope)
