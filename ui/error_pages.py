"""Middleware of the pages: adds the security headers, and shows JSON errors as HTML.

It is outside of all routes and other middleware, so no page can be without the headers.
"""

import json
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.paths import is_page_path
from ui import templating
from ui.fetch_request import is_fetch_request
from ui.security_headers import security_headers
from ui.sign_in.visitor import SignInNeeded

INTERNAL_ERROR: Final = "an unexpected error; the details are in the server's log"
ERROR_TITLES: Final = {
    401: "Sign in first",
    403: "Not allowed",
    404: "Page not found",
    409: "Not possible now",
    412: "Another organization",
    413: "Too large",
    429: "Too many requests",
    500: "Something went wrong",
    507: "No room for the file",
    503: "Slotbeat is not available right now",
}


class HtmlPagesMiddleware:
    """ASGI: for the paths of pages, adds the security headers and shows errors as HTML."""

    def __init__(self, app: ASGIApp, *, allow_http_media: bool) -> None:
        self._app = app
        self._headers = security_headers(allow_http_media=allow_http_media)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or not is_page_path(_path(scope)):
            await self._app(scope, receive, send)
            return
        response = _ErrorPageResponse(Request(scope), self._headers, receive, send)
        try:
            await self._app(scope, receive, response.send)
        except Exception:  # it is raised again, so that the server logs it
            await response.fail()
            raise


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


class _ErrorPageResponse:
    """One response on its way to the browser: passed on, or replaced by an error page."""

    def __init__(
        self, request: Request, headers: dict[str, str], receive: Receive, send: Send
    ) -> None:
        self._request = request
        self._headers = headers
        self._receive = receive
        self._send = send
        self._error_start: Message | None = None
        self._error_body = bytearray()
        self._is_started = False

    async def send(self, message: Message) -> None:
        """ASGI. A JSON error is collected until it is complete, then sent as a page."""
        if message["type"] == "http.response.start":
            if self._is_json_error(message):
                self._error_start = message
                return
            await self._send_start(message)
        elif self._error_start is None:
            await self._send(message)
        else:
            self._error_body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_error_page(self._error_start)

    async def fail(self) -> None:
        """Answer 500 after an unexpected exception, unless a response has started."""
        if not self._is_started and _wants_html(self._request):
            await self._send_page(error_page(self._request, 500, INTERNAL_ERROR))

    async def _send_start(self, message: Message) -> None:
        self._is_started = True
        headers = MutableHeaders(scope=message)
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        await self._send(message)

    def _is_json_error(self, message: Message) -> bool:
        content_type = Headers(raw=message["headers"]).get("content-type", "")
        is_error = message["status"] >= 400 and content_type.startswith("application/json")
        return is_error and _wants_html(self._request)

    async def _send_error_page(self, start: Message) -> None:
        error: dict[str, Any] = json.loads(bytes(self._error_body))
        page = error_page(self._request, start["status"], str(error["message"]))
        for name, value in Headers(raw=start["headers"]).items():
            if name not in ("content-type", "content-length"):
                page.headers[name] = value
        await self._send_page(page)

    async def _send_page(self, page: Response) -> None:
        self._error_start = None
        await page(self._request.scope, self._receive, self._send_with_headers)

    async def _send_with_headers(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._send_start(message)
        else:
            await self._send(message)


def _wants_html(request: Request) -> bool:
    return is_fetch_request(request) or "text/html" in request.headers.get("Accept", "")


def error_page(request: Request, status: int, sentence: str) -> HTMLResponse:
    """An error as a full page, or as a part of one for the page's script."""
    name = "error_part.html" if is_fetch_request(request) else "error.html"
    title = ERROR_TITLES.get(status, "That did not work")
    context = {"title": title, "sentence": sentence, "code": status}
    # The script shows a part with this header above the form, and replaces the form by any other.
    headers = {"X-Problem": "1"}
    return templating.render(name, None, status=status, headers=headers, **context)


def redirect_to_sign_in(request: Request, error: SignInNeeded) -> Response:
    """Send a visitor without a session to the sign-in page: a redirect, or an HTML part for the
    page's script."""
    if not is_fetch_request(request):
        return RedirectResponse(error.address, 303)
    return error_page(request, 401, "your session has ended; sign in again")
