"""A host of files that sends 10 KiB a second: `python -m benchmarks.isolation.slow_host`.

It prints its port, and how many of its files are being read, each time that number grows.
"""

import asyncio
import sys

RATE = 10 * 1024  # bytes a second
SIZE = 512 * 1024**2
HEAD = (
    "HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n"
    f"Content-Length: {SIZE}\r\nConnection: close\r\n\r\n"
).encode()
# The first bytes of a real file: the worker checks its type.
VIDEO_HEAD = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"


class SlowHost:
    """Counts the files that are being read."""

    def __init__(self) -> None:
        self._open = self._most = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Send a file that never ends within a benchmark."""
        self._open += 1
        if self._open > self._most:
            self._most = self._open
            sys.stdout.write(f"open {self._most}\n")
            sys.stdout.flush()
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(HEAD + VIDEO_HEAD)
            while True:
                writer.write(bytes(RATE))
                await writer.drain()
                await asyncio.sleep(1)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open -= 1
            writer.close()


async def serve() -> None:
    """Serve until the process ends."""
    server = await asyncio.start_server(SlowHost().answer, "127.0.0.1", 0, backlog=512)
    sys.stdout.write(f"slow host listening on {server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
