"""Answers on their way out: their headers, and their storing for who asks again."""

import logging

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import DBAPIError
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.middleware import request_state
from api.middleware.idempotency import MAX_STORED_BYTES, KeyLease
from api.middleware.request_state import RequestState

log = logging.getLogger(__name__)


class IdempotentResponseMiddleware:
    """The outermost part of the front: begins the exchange, and ends it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = request_state.get_from_scope(scope)
        recorder = _ResponseRecorder(state, send)
        try:
            await self._app(scope, receive, recorder.send)
        except Exception:  # whatever it was: its key must not stay taken; it is raised again
            await recorder.release()
            raise
        else:
            await recorder.release()  # a caller who has gone gets no answer, and none is kept
        finally:
            if state.key_lease and state.key_lease.renewal:
                state.key_lease.renewal.cancel()


class _ResponseRecorder:
    """Adds the headers. Where a key is held, keeps the answer back until it is stored: nobody gets
    an answer that could not be told again."""

    def __init__(self, state: RequestState, send: Send) -> None:
        self._state = state
        self._send = send
        self._start: Message | None = None
        self._body = bytearray()
        self._is_ended = False

    async def send(self, message: Message) -> None:
        """ASGI."""
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(self._state.headers)
            self._start = message
        if self._state.key_lease is None or self._is_ended:
            await self._send(message)
        elif message["type"] == "http.response.body":
            await self._buffer(self._state.key_lease, message)

    async def release(self) -> None:
        """The request may run again, where it has no answer by now."""
        if self._state.key_lease is not None and not self._is_ended:
            await self._store(self._state.key_lease, 500)

    async def _buffer(self, claim: KeyLease, message: Message) -> None:
        self._body += message.get("body", b"")
        if message.get("more_body") and len(self._body) <= MAX_STORED_BYTES:
            return
        start = self._start or {}
        await self._store(claim, start["status"])
        await self._send(start)
        await self._send({**message, "body": bytes(self._body)})

    async def _store(self, claim: KeyLease, status: int) -> None:
        self._is_ended = True
        headers = Headers(raw=(self._start or {}).get("headers", []))
        if claim.renewal:
            claim.renewal.cancel()
        try:
            await run_in_threadpool(claim.store_response, status, headers, bytes(self._body))
        except DBAPIError:  # its lease runs out, and what it did is found by its row key
            log.warning("the answer to an idempotency key could not be stored")
