"""Reads an empty parameter of a query as "not given", as an empty text in a body is read."""

from starlette.types import ASGIApp, Receive, Scope, Send

from services.public_urls import API_PREFIX


class EmptyQueryMiddleware:
    """Removes `name=` from the query of requests that only read.

    Elsewhere it stays, to be refused: `dryRun=` must not be taken for an import in earnest.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if (
            scope["type"] == "http"
            and scope["method"] == "GET"
            and scope["path"].startswith(f"{API_PREFIX}/")
        ):
            pairs = scope["query_string"].split(b"&")
            scope["query_string"] = b"&".join(pair for pair in pairs if pair.partition(b"=")[2])
        await self._app(scope, receive, send)
