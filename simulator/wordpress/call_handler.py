"""Finds the handler of a call, injects faults, and renders errors.

| kind         | what the client gets                                             |
|--------------|------------------------------------------------------------------|
| rate_limit   | 429 with Retry-After (`seconds`), from the host, as HTML         |
| server_error | 500 of PHP, as JSON; no effect                                   |
| firewall     | 403 and HTML from the host; no effect                            |
| notice       | the call is done; a notice of PHP stands before the JSON         |
| hang         | no answer for `seconds`, then a closed connection; no effect     |
| lost_answer  | the call is done, then the connection is closed                  |
"""

import asyncio
import json
from contextlib import suppress
from typing import Any, Final

from aiohttp import web

from simulator.faults import HANG, LOST_ANSWER, RATE_LIMIT, SERVER_ERROR, Fault
from simulator.wordpress.access import signed_in
from simulator.wordpress.errors import RestError
from simulator.wordpress.routes import media_routes, post_routes, term_routes, user_routes
from simulator.wordpress.state import STATE_KEY, Call, CallHandler

FIREWALL: Final = "firewall"
NOTICE: Final = "notice"
KINDS: Final = (RATE_LIMIT, SERVER_ERROR, FIREWALL, NOTICE, HANG, LOST_ANSWER)
_BLOCKED: Final = "<html><title>Blocked</title>Are you human?</html>"
# The method and the path of each call; its name is the handler's.
CALLS: Final[tuple[tuple[str, str, CallHandler], ...]] = (
    ("GET", "/", user_routes.get_index),
    ("GET", "/wp/v2/users/me", user_routes.get_me),
    ("POST", "/wp/v2/users", user_routes.create_user),
    ("POST", "/wp/v2/users/{id}/application-passwords", user_routes.create_password),
    ("DELETE", "/wp/v2/users/{id}/application-passwords", user_routes.delete_passwords),
    ("POST", "/wp/v2/tags", term_routes.create_tag),
    ("GET", "/wp/v2/categories", term_routes.list_categories),
    ("POST", "/wp/v2/media", media_routes.create_media),
    ("GET", "/wp/v2/media", media_routes.list_media),
    ("GET", "/wp/v2/media/{id}", media_routes.get_media),
    ("POST", "/wp/v2/media/{id}", media_routes.update_media),
    ("POST", "/wp/v2/posts", post_routes.create_post),
    ("GET", "/wp/v2/posts", post_routes.list_posts),
    ("GET", "/wp/v2/posts/{id}", post_routes.get_post),
    ("POST", "/wp/v2/posts/{id}", post_routes.update_post),
    ("DELETE", "/wp/v2/posts/{id}", post_routes.delete_post),
)


def answer_with(handler: CallHandler) -> Any:  # noqa: ANN401  (aiohttp's own type is private)
    """The handler as aiohttp calls it, with faults and errors."""

    async def answer(request: web.Request) -> web.StreamResponse:
        state = request.app[STATE_KEY]
        state.call_counts[handler.__name__] += 1
        user = signed_in(request, state)
        fault = state.faults.choose_fault(handler.__name__, user.username if user else "")
        try:
            return await _inject(fault, handler, request)
        except RestError as error:
            return web.json_response(error.body, status=error.status, headers=error.headers)
        except ConnectionError:  # the client has gone
            return _cut(request)

    return answer


async def _inject(
    fault: Fault | None, handler: CallHandler, request: web.Request
) -> web.StreamResponse:
    if fault is None:
        return await _do(handler, request)
    await request.read()  # a client does not see a status while it still sends
    if fault.kind in (LOST_ANSWER, NOTICE):
        with suppress(RestError):
            done = await _do(handler, request)
            if fault.kind == NOTICE:
                return web.Response(body=b"<b>Notice</b>: Undefined index\n" + _bytes(done))
        return _cut(request)
    if fault.kind == HANG:
        await _wait(fault, request)
        return _cut(request)
    if fault.kind == SERVER_ERROR:
        raise RestError(500, "internal_server_error", "There has been a critical error.")
    after = {"Retry-After": f"{fault.seconds or 1:.0f}"} if fault.kind == RATE_LIMIT else {}
    status = 429 if after else 403
    return web.Response(text=_BLOCKED, status=status, headers=after, content_type="text/html")


async def _do(handler: CallHandler, request: web.Request) -> web.Response:
    state = request.app[STATE_KEY]
    is_json = request.content_type == "application/json"
    body = json.loads(await request.read() or b"{}") if is_json else {}
    return await handler(Call(request, state, signed_in(request, state), body))


async def _wait(fault: Fault, request: web.Request) -> None:
    state = request.app[STATE_KEY]
    with suppress(TimeoutError):
        seconds = state.hang if fault.seconds is None else fault.seconds
        await asyncio.wait_for(state.stopping.wait(), seconds)


def _bytes(response: web.Response) -> bytes:
    body = response.body
    return body if isinstance(body, bytes) else b""


def _cut(request: web.Request) -> web.Response:
    """Close the connection without a byte; the response is never sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
