"""Answers HEAD wherever GET is answered: the same status and headers, without the body."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.middleware import request_state


class HeadMiddleware:
    """Runs a HEAD request as the GET of the same address, and sends no byte of its body.

    Monitors ask with HEAD. Done here once, it holds for every route, and the OpenAPI document names
    each route once.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        request_state.get_from_scope(scope)  # so that both scopes share it
        # A copy: the server must still know that it answers HEAD.
        inner = {**scope, "method": "GET", "asgi": {**scope["asgi"], "spec_version": "2.3"}}
        answer = _HeadAnswer(receive, send)
        try:
            await self._app(inner, answer.receive, answer.send)
        finally:
            scope["route"] = inner.get("route")  # for the access log


class _HeadAnswer:
    """Passes the head of an answer on. Afterwards the client counts as gone, which ends streams
    (before version 2.4 of ASGI's HTTP by the message `http.disconnect`)."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._is_answered = False

    async def receive(self) -> Message:
        """ASGI."""
        return {"type": "http.disconnect"} if self._is_answered else await self._receive()

    async def send(self, message: Message) -> None:
        """ASGI."""
        if message["type"] == "http.response.start":
            await self._send(message)
            await self._send({"type": "http.response.body", "body": b""})
            self._is_answered = True
