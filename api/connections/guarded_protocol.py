"""One connection: passes everything on to the server's own protocol, and ends who is too slow."""

import asyncio
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, cast

from api.client_network import client_network

if TYPE_CHECKING:
    from api.connections.guard_server import ConnectionGuard

# Who reads an answer must read so much of it (bytes) within each stall timeout.
LEAST_READ: Final = 32 << 10
# The connection on which the present request came. Tasks that the server starts inherit it.
_current: ContextVar["GuardedProtocol | None"] = ContextVar("connection", default=None)


def current_connection() -> "GuardedProtocol | None":
    """The connection of the present request; None without a server, as in tests."""
    return _current.get()


def trust_connection() -> None:
    """The present request has shown credentials: its connection is not closed for another."""
    connection = current_connection()
    if connection is not None:
        connection.trust()


class GuardedProtocol(asyncio.Protocol):
    """Stands between the transport and the server's own protocol, which only sees admitted
    connections. `AccessLogMiddleware` tells when a request begins and ends."""

    def __init__(self, inner: asyncio.Protocol, guard: "ConnectionGuard") -> None:
        self._inner = inner
        self._guard = guard
        self._is_admitted = False
        self._requests = 0
        self._deadline: asyncio.TimerHandle | None = None
        self._read_deadline: asyncio.TimerHandle | None = None
        self._unread = 0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Admit the connection, or close it."""
        # Of a stream it is one, although uvloop's does not derive from it.
        self._transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        host = str(peer[0]) if isinstance(peer, tuple) else ""
        is_shared = self._guard.limits.is_proxy(host)
        self._is_admitted = self._guard.admit(self, None if is_shared else client_network(host))
        if not self._is_admitted:
            self._transport.abort()
            return
        self._await_request()
        self._inner.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Bytes of the caller's."""
        if not self._is_admitted:
            return
        token = _current.set(self)
        try:
            self._inner.data_received(data)
        finally:
            _current.reset(token)

    def eof_received(self) -> bool | None:
        """The caller sends nothing more."""
        return self._inner.eof_received() if self._is_admitted else None

    def connection_lost(self, error: Exception | None) -> None:
        """It is closed."""
        self._guard.forget(self)
        self._stop(self._deadline)
        self._stop(self._read_deadline)
        if self._is_admitted:
            self._inner.connection_lost(error)

    def pause_writing(self) -> None:
        """The caller does not read as fast as the answer is written."""
        self._watch_reader()
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        """The caller has read."""
        self._stop(self._read_deadline)
        self._read_deadline = None
        self._inner.resume_writing()

    def begin_request(self) -> None:
        """The headers of a request are there."""
        self._requests += 1
        self._stop(self._deadline)

    def end_request(self) -> None:
        """A request is answered; the headers of the next one have a new deadline."""
        self._requests -= 1
        if not self._requests:
            self._guard.distrust(self)
            self._await_request()

    def trust(self) -> None:
        """The request has shown credentials."""
        self._guard.trust(self)

    def abort(self) -> None:
        """Close it at once. What was not sent yet is thrown away: nobody reads it."""
        if self._transport is not None:
            self._transport.abort()

    def _await_request(self) -> None:
        self._stop(self._deadline)
        limits = self._guard.limits
        self._deadline = self._guard.loop.call_later(limits.request_timeout, self._end_silence)

    def _end_silence(self) -> None:
        if not self._count_unread():
            self.abort()
            return
        # The answer is written, and not read yet: its reader has a deadline of its own.
        if self._read_deadline is None:
            self._watch_reader()
        self._await_request()

    def _watch_reader(self) -> None:
        self._unread = self._count_unread()
        limits = self._guard.limits
        self._read_deadline = self._guard.loop.call_later(limits.stall_timeout, self._end_stall)

    def _end_stall(self) -> None:
        left, self._read_deadline = self._count_unread(), None
        if left and self._unread - left < LEAST_READ:
            self.abort()
        elif left:
            self._watch_reader()

    def _count_unread(self) -> int:
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    @staticmethod
    def _stop(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()
