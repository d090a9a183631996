"""A server that reads requests from its socket, and then does what a test wants."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

HEAD_END = b"\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
Act = Callable[[int, asyncio.StreamWriter], Awaitable[bool]]


class RawServer:
    """`act` gets the number of each request and the connection; it returns whether the server goes
    on."""

    def __init__(self, act: Act) -> None:
        self._act = act
        self.origin = ""
        self.heads: list[str] = []

    async def handle_connection(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Handles one connection. Bytes after a head are read with it, or never."""
        try:
            while True:
                self.heads.append((await reader.readuntil(HEAD_END)).decode())
                length = _length(self.heads[-1])
                if length < 10_000:
                    await reader.readexactly(length)
                if not await self._act(len(self.heads), writer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.transport.abort()


def _length(head: str) -> int:
    lines = (line.partition(":") for line in head.lower().split("\r\n"))
    return next((int(value) for name, _, value in lines if name == "content-length"), 0)


@asynccontextmanager
async def run_raw_server(act: Act) -> AsyncIterator[RawServer]:
    """The server, on a port of its own."""
    found = RawServer(act)
    server = await asyncio.start_server(found.handle_connection, "127.0.0.1", 0)
    found.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield found
    finally:
        server.close()


async def drop(_number: int, _writer: asyncio.StreamWriter) -> bool:
    """Read the request, and close the connection."""
    return False


async def half(_number: int, writer: asyncio.StreamWriter) -> bool:
    """Begin a response, and close the connection."""
    writer.write(OK[:-1])
    await writer.drain()
    await asyncio.sleep(0.05)
    return False


async def silence(_number: int, _writer: asyncio.StreamWriter) -> bool:
    """Send nothing."""
    await asyncio.sleep(3)
    return False


async def answer(_number: int, writer: asyncio.StreamWriter) -> bool:
    """Answer each request."""
    writer.write(OK)
    return True


async def only_the_first(number: int, writer: asyncio.StreamWriter) -> bool:
    """Answer one request, and close the connection after the next: a reused connection breaks."""
    if number > 1:
        return False
    return await answer(number, writer)
