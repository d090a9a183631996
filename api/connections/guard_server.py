"""Puts the bounds before every listener of an event loop, whatever starts the server.

uvicorn has no deadline for headers and closes no connection above its `--limit-concurrency`. It
makes its listeners with `loop.create_server` after the application's start, so the application can
bound them there: `uvicorn api.main:app` needs no option for it (docs/decisions/0031).
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from api.connections.guarded_protocol import GuardedProtocol
from api.connections.limits import ConnectionLimits
from api.connections.registry import ConnectionRegistry

log = logging.getLogger(__name__)
# So many connections are accepted before one of them is looked at: asyncio's own default, or less
# where there are few descriptors.
BACKLOG: Final = 100
BACKLOG_SHARE: Final = 4
LOG_INTERVAL: Final = 60.0
ACCEPT_FAILED: Final = "socket.accept() out of system resource"


class ConnectionGuard:
    """The connections of one event loop."""

    def __init__(self, limits: ConnectionLimits, loop: asyncio.AbstractEventLoop) -> None:
        self.limits = limits
        self.loop = loop
        self._registry: ConnectionRegistry[GuardedProtocol] = ConnectionRegistry(
            limits.most, limits.most_of_address
        )
        self._full = LogOnceAMinute()
        self.trust = self._registry.trust
        self.distrust = self._registry.distrust
        self.forget = self._registry.forget

    def admit(self, connection: GuardedProtocol, address: str | None) -> bool:
        """Take a connection in; False where there is no place."""
        is_admitted = self._registry.admit(connection, address, self._close)
        if not is_admitted:
            self._warn("a connection was refused")
        return is_admitted

    def _close(self, connection: GuardedProtocol) -> None:
        connection.abort()
        self._warn("the connection that waited longest was closed")

    def _warn(self, what: str) -> None:
        self._full.warn("%s: %s are open, or %s of one address", what, *self._most())

    def _most(self) -> tuple[int, int]:
        return self.limits.most, self.limits.most_of_address


class LogOnceAMinute:
    """Logs a warning, and none of its repetitions within a minute."""

    def __init__(self) -> None:
        self._muted_until = float("-inf")

    def warn(self, text: str, *arguments: object) -> None:
        """Log it, or not."""
        now = time.monotonic()
        if now >= self._muted_until:
            self._muted_until = now + LOG_INTERVAL
            log.warning(text, *arguments)


@contextmanager
def guard_listeners(limits: ConnectionLimits) -> Iterator[None]:
    """Bound the listeners that the running event loop makes from now on."""
    loop = asyncio.get_running_loop()
    guard = ConnectionGuard(limits, loop)
    create_server: Any = loop.create_server

    def create_guarded(
        factory: Callable[[], asyncio.Protocol],
        *args: Any,  # noqa: ANN401
        **options: Any,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        options["backlog"] = max(1, min(BACKLOG, limits.most // BACKLOG_SHARE))
        return create_server(lambda: GuardedProtocol(factory(), guard), *args, **options)

    try:
        loop.create_server = create_guarded  # type: ignore[method-assign,assignment]
    except AttributeError:  # an event loop written in C, such as uvloop's
        log.warning("connections are not bounded: start uvicorn with --loop asyncio")
        yield
        return
    loop.set_exception_handler(_quiet_handler(loop.get_exception_handler()))
    try:
        yield
    finally:
        del loop.create_server


def _quiet_handler(handler: Any) -> Any:  # noqa: ANN401
    """Logs failed accepts once a minute. asyncio reports each of them, a thousand times a second
    while no descriptor is free, and a full disk stops everybody."""
    quiet = LogOnceAMinute()

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if context.get("message") == ACCEPT_FAILED:
            quiet.warn("no connection can be accepted: %s", context.get("exception"))
        elif handler is not None:
            handler(loop, context)
        else:
            loop.default_exception_handler(context)

    return handle
