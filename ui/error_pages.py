"""What every answer to a person's browser carries, and pages in place of JSON errors.

Around all that the front and the routes answer, so that no page can forget it.
"""

import json
import logging
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.paths import is_page_path
from ui import templating
from ui.sign_in.auth import SignInNeeded, is_fetch_request

log = logging.getLogger(__name__)
INTERNAL_ERROR: Final = "an unexpected error; it is in the server's log"
ERROR_TITLES: Final = {
    401: "Sign in first",
    403: "Not allowed",
    404: "There is no such page",
    409: "Not possible now",
    413: "Too large",
    429: "Too many requests",
    500: "Something went wrong",
    503: "Slotbeat cannot answer now",
}


def content_security_policy(*, allow_http_media: bool) -> str:
    """The Content-Security-Policy: our own script and style, pictures from where posts have
    them, and nothing else."""
    pictures = "'self' https:" + (" http:" if allow_http_media else "")
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        f"img-src {pictures}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def security_headers(*, allow_http_media: bool) -> dict[str, str]:
    """Headers that an answer gets unless it has its own.

    The referrer policy is not `no-referrer`: with that, browsers send `Origin: null` with our own
    forms, and over plain HTTP nothing else would say whose they are.
    """
    return {
        "Content-Security-Policy": content_security_policy(allow_http_media=allow_http_media),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


class HtmlPagesMiddleware:
    """ASGI: on the paths of pages, adds the headers and shows errors as HTML to who wants it."""

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
        except Exception:  # it is raised again, and so comes into the log
            await response.fail()
            raise


def _path(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


class _ErrorPageResponse:
    """One answer on its way out."""

    def __init__(
        self, request: Request, headers: dict[str, str], receive: Receive, send: Send
    ) -> None:
        self._request = request
        self._headers = headers
        self._receive = receive
        self._send = send
        self._held: Message | None = None
        self._body = bytearray()
        self._is_begun = False

    async def send(self, message: Message) -> None:
        """ASGI: an error is held back until it is whole, and sent as a page."""
        if message["type"] == "http.response.start":
            if self._is_json_error(message):
                self._held = message
                return
            await self._send_start(message)
        elif self._held is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_error_page(self._held)

    async def fail(self) -> None:
        """Answer for a defect, where nothing has been answered."""
        if not self._is_begun and _wants_html(self._request):
            await self._answer(error_page(self._request, 500, INTERNAL_ERROR))

    async def _send_start(self, message: Message) -> None:
        self._is_begun = True
        headers = MutableHeaders(scope=message)
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        await self._send(message)

    def _is_json_error(self, message: Message) -> bool:
        kind = Headers(raw=message["headers"]).get("content-type", "")
        is_error = message["status"] >= 400 and kind.startswith("application/json")
        return is_error and _wants_html(self._request)

    async def _send_error_page(self, start: Message) -> None:
        said: dict[str, Any] = json.loads(bytes(self._body))
        page = error_page(self._request, start["status"], str(said["message"]))
        for name, value in Headers(raw=start["headers"]).items():
            if name not in ("content-type", "content-length"):
                page.headers[name] = value
        await self._answer(page)

    async def _answer(self, page: Response) -> None:
        self._held = None
        await page(self._request.scope, self._receive, self._send_with_headers)

    async def _send_with_headers(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._send_start(message)
        else:
            await self._send(message)


def _wants_html(request: Request) -> bool:
    return is_fetch_request(request) or "text/html" in request.headers.get("Accept", "")


def error_page(request: Request, status: int, sentence: str) -> HTMLResponse:
    """An error as a whole page, or as a part for the page's script."""
    name = "error_part.html" if is_fetch_request(request) else "error.html"
    title = ERROR_TITLES.get(status, "That did not work")
    context = {"title": title, "sentence": sentence, "code": status}
    # The script puts a problem beside what was there, and anything else in its place.
    headers = {"X-Problem": "1"}
    return templating.render(request, name, None, status=status, headers=headers, **context)


def redirect_to_sign_in(request: Request, error: SignInNeeded) -> Response:
    """The way to the door: a redirect, or for the script a part that says so."""
    if not is_fetch_request(request):
        return RedirectResponse(error.address, 303)
    return error_page(request, 401, "your session has ended; sign in again")
