"""Answers on their way out: their headers, and their storing for who asks again."""

import logging

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import DBAPIError
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.front import exchange
from api.front.exchange import Exchange
from api.front.idempotency import MAX_KEPT, Claim

log = logging.getLogger(__name__)


class Answers:
    """The outermost part of the front: begins the exchange, and ends it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = exchange.begun(scope)
        way_out = _WayOut(begun, send)
        try:
            await self._app(scope, receive, way_out.send)
        except Exception:  # whatever it was: its key must not stay taken; it is raised again
            await way_out.fail()
            raise
        else:
            await way_out.fail()  # a caller who has gone gets no answer, and none is kept
        finally:
            if begun.claim and begun.claim.renewal:
                begun.claim.renewal.cancel()


class _WayOut:
    """Adds the headers. Where a key is held, keeps the answer back until it is stored: nobody gets
    an answer that could not be told again."""

    def __init__(self, begun: Exchange, send: Send) -> None:
        self._begun = begun
        self._send = send
        self._start: Message | None = None
        self._body = bytearray()
        self._is_ended = False

    async def send(self, message: Message) -> None:
        """ASGI."""
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(self._begun.headers)
            self._start = message
        if self._begun.claim is None or self._is_ended:
            await self._send(message)
        elif message["type"] == "http.response.body":
            await self._gather(self._begun.claim, message)

    async def fail(self) -> None:
        """The request may run again, where it has no answer by now."""
        if self._begun.claim is not None and not self._is_ended:
            await self._keep(self._begun.claim, 500)

    async def _gather(self, claim: Claim, message: Message) -> None:
        self._body += message.get("body", b"")
        if message.get("more_body") and len(self._body) <= MAX_KEPT:
            return
        start = self._start or {}
        await self._keep(claim, start["status"])
        await self._send(start)
        await self._send({**message, "body": bytes(self._body)})

    async def _keep(self, claim: Claim, status: int) -> None:
        self._is_ended = True
        headers = Headers(raw=(self._start or {}).get("headers", []))
        if claim.renewal:
            claim.renewal.cancel()
        try:
            await run_in_threadpool(claim.keep, status, headers, bytes(self._body))
        except DBAPIError:  # its lease runs out, and what it did is found by its row key
            log.warning("the answer to an idempotency key could not be stored")
