"""Refuses URLs that a database cannot store: with NUL, or not UTF-8."""

from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import error_response
from services.errors import invalid_field


class UrlTextMiddleware:
    """Answers 400 where the path or the query contains NUL or is not UTF-8."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope.get("raw_path") or scope["path"].encode(errors="surrogatepass")
        problem, field = encoded_text_problem(path), "path"
        if problem is None:
            problem, field = (
                encoded_text_problem(scope["query_string"]),
                _parameter_name(scope["query_string"]),
            )
        if problem is None:
            await self._app(scope, receive, send)
        else:
            await error_response(invalid_field(field, problem))(scope, receive, send)


def _parameter_name(query: bytes) -> str:
    """The name of the first query parameter with a problem."""
    parts = (part for part in query.split(b"&") if encoded_text_problem(part) is not None)
    name = unquote_to_bytes(next(parts, b"").partition(b"=")[0])
    return name.decode() if name.isascii() and name.decode().isidentifier() else "query"


def encoded_text_problem(raw: bytes) -> str | None:
    """What is wrong with percent-encoded text; None where nothing is."""
    if b"%" not in raw and raw.isascii() and b"\x00" not in raw:
        return None
    decoded = unquote_to_bytes(raw)
    if b"\x00" in decoded:
        return "must not contain the character NUL"
    try:
        decoded.decode()
    except UnicodeDecodeError:
        return "is not valid UTF-8"
    return None
