"""Adds headers to responses, and stores the response of a request with an Idempotency-Key."""

import logging

from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.middleware import request_state
from api.middleware.idempotency import MAX_STORED_BYTES, KeyLease
from api.middleware.request_state import RequestState
from models.database_errors import DATABASE_ERRORS

log = logging.getLogger(__name__)


class IdempotentResponseMiddleware:
    """Stores the response under the key that the request has leased, or releases the key."""

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
        except Exception:  # whatever failed, the key must be released
            await recorder.release()
            raise
        else:
            await recorder.release()  # the caller disconnected: there is no response to store
        finally:
            if state.key_lease and state.key_lease.renewal:
                state.key_lease.renewal.cancel()


class _ResponseRecorder:
    """Adds headers to the response. With a leased key it buffers the response and stores it before
    sending it, so that a repeated request always gets the same response."""

    def __init__(self, state: RequestState, send: Send) -> None:
        self._state = state
        self._send = send
        self._start: Message | None = None
        self._body = bytearray()
        self._is_ended = False

    async def send(self, message: Message) -> None:
        """ASGI."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(self._state.headers)
            for cookie in self._state.cookies.values():
                headers.append("Set-Cookie", cookie)
            self._start = message
        if self._state.key_lease is None or self._is_ended:
            await self._send(message)
        elif message["type"] == "http.response.body":
            await self._buffer(self._state.key_lease, message)

    async def release(self) -> None:
        """Release the key where no response was stored, so that the request may run again."""
        if self._state.key_lease is not None and not self._is_ended:
            await self._store(self._state.key_lease, 500)

    async def _buffer(self, lease: KeyLease, message: Message) -> None:
        self._body += message.get("body", b"")
        if message.get("more_body") and len(self._body) <= MAX_STORED_BYTES:
            return
        start = self._start or {}
        await self._store(lease, start["status"])
        await self._send(start)
        await self._send({**message, "body": bytes(self._body)})

    async def _store(self, lease: KeyLease, status: int) -> None:
        self._is_ended = True
        headers = Headers(raw=(self._start or {}).get("headers", []))
        if lease.renewal:
            lease.renewal.cancel()
        try:
            await run_in_threadpool(lease.store_response, status, headers, bytes(self._body))
        except DATABASE_ERRORS:  # the lease expires; a retry finds the post by its row key
            log.warning("the answer to an idempotency key could not be stored")
