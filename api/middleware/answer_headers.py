"""Headers of every answer: JSON is not to be kept, and nothing is to be taken for another type."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import UNSTORED


class AnswerHeadersMiddleware:
    """Adds the headers that an answer does not set itself. `hsts_seconds`: how long browsers are to
    use https alone; 0: they are not told."""

    def __init__(self, app: ASGIApp, hsts_seconds: int) -> None:
        self._app = app
        self._hsts = f"max-age={hsts_seconds}" if hsts_seconds else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _add_headers(self, headers: MutableHeaders) -> None:
        is_json = headers.get("content-type", "").startswith("application/json")
        for name, value in UNSTORED.items():
            if is_json or name != "Cache-Control":
                headers.setdefault(name, value)
        if self._hsts is not None:
            headers.setdefault("Strict-Transport-Security", self._hsts)
