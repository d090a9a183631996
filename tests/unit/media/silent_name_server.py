"""A name server that takes every question and answers none."""

import asyncio
import socket
from types import TracebackType
from typing import Self


class SilentNameServer:
    """Listens on the loopback until its block ends."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)

    @property
    def address(self) -> str:
        """As a resolver takes it."""
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    async def question(self) -> bytes:
        """The next packet that somebody sends."""
        return await asyncio.get_running_loop().sock_recv(self._socket, 4096)

    def __enter__(self) -> Self:
        """The server."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close its socket."""
        self._socket.close()
