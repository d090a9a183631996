"""A fake provider that costs almost no CPU: `python -m benchmarks.pipeline.stub PROCESSING`.

Raw asyncio, no database, no validation: the same calls as Swonkie's, and those of a text post on
Bluesky. It also serves the source files and takes the uploads. A file is processed for PROCESSING
seconds after its confirm. The stub prints its port.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from typing import Any

from benchmarks.pipeline.stub_bluesky import PREFIX, BlueskyStub

PROFILE = {
    "id": "profile-1",
    "name": "Acme",
    "username": "acme",
    "net": {"code": "facebook"},
    "statusLevel": "OK",
}
# First bytes of real files: the worker checks the file type.
PHOTO = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01".ljust(32_768, b"\xff")
VIDEO_HEAD = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
CHUNK = b"\0" * 262_144
JSON = "application/json"


class StubState:
    """Media, posts and counters of the stub."""

    def __init__(self, processing: float) -> None:
        self.processing = processing
        self.confirmed: dict[str, float] = {}
        self.published: Counter[str] = Counter()
        self.seen: set[str] = set()
        self.bluesky = BlueskyStub(self.published, self.seen)
        self.calls = 0
        self.ids = 0

    def new_id(self) -> str:
        """A new id."""
        self.ids += 1
        return f"id-{self.ids}"

    def answer(self, method: str, path: str, host: str, body: bytes) -> tuple[int, Any]:
        """The status and JSON of a call."""
        if path == "/stats":
            doubled = sum(count > 1 for count in self.published.values())
            return 200, {"seen": len(self.seen), "doubled": doubled, "calls": self.calls}
        self.calls += 1
        if path.startswith(PREFIX):
            return self.bluesky.answer(path, body)
        if path.startswith("/v2/profiles"):
            return 200, [PROFILE]
        parts = [method, *path.partition("?")[0].strip("/").split("/")]
        return (
            self._media(parts, host)
            or self._post(parts)
            or (404, {"message": f"no {method} {path}"})
        )

    def _media(self, parts: list[str], host: str) -> tuple[int, Any] | None:
        match parts:
            case ["POST", "v2", "media"]:
                media = self.new_id()
                return 201, {"id": media, "uploadUrl": f"http://{host}/put/{media}?sig=a%2Bb"}
            case ["PUT", "put", _]:
                return 201, {}
            case ["PATCH", "v2", "media", media]:
                self.confirmed[media] = time.monotonic()
                return 200, {"id": media, "status": "PROCESSING"}
            case ["GET", "v2", "media", media]:
                ready = time.monotonic() >= self.confirmed[media] + self.processing
                return 200, {"id": media, "status": "SUCCESS" if ready else "PROCESSING"}
        return None

    def _post(self, parts: list[str]) -> tuple[int, Any] | None:
        match parts:
            case ["POST", "v2", "posts"]:
                return 201, {"id": self.new_id(), "stage": "IDEA"}
            case ["PATCH", "v2", "posts", post, "stage", _]:
                self.published[post] += 1
                return 200, {"id": post, "stage": "PUBLISHING"}
            case ["GET", "v2", "posts", post]:
                self.seen.add(post)
                link = {"permalink": f"https://example.com/{post}"}
                return 200, {"id": post, "stage": "PUBLISHED", "profiles": [link]}
        return None


class StubConnection(asyncio.Protocol):
    """One connection, kept alive; requests come one after the other."""

    def __init__(self, state: StubState) -> None:
        self._state = state
        self._head = b""
        self._request = ("", "", "")
        self._body = -1  # bytes still to come; -1 outside of a request
        self._kept = b""
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._stream: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        self._transport: Any = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Called by asyncio."""
        if self._stream:
            self._stream.cancel()

    def pause_writing(self) -> None:
        """Called by asyncio when the client reads more slowly than we write."""
        self._may_write.clear()

    def resume_writing(self) -> None:
        """Called by asyncio."""
        self._may_write.set()

    def data_received(self, data: bytes) -> None:
        """Parse requests; bodies are counted, and discarded but for those of Bluesky's calls."""
        if self._body < 0:
            self._head += data
            head, end, data = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            self._head = b""
            self._begin(head.decode("latin-1"))
        self._body -= len(data)
        if self._request[1].startswith(PREFIX):
            self._kept += data
        if self._body <= 0:
            self._body = -1
            self._answer(*self._request)

    def _begin(self, head: str) -> None:
        first, *lines = head.split("\r\n")
        method, path, _ = first.split(" ")
        headers = {
            name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)
        }
        self._request, self._kept = (method, path, headers.get("host", "")), b""
        self._body = int(headers.get("content-length", 0))
        if headers.get("expect"):
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _answer(self, method: str, path: str, host: str) -> None:
        if path.startswith("/photo"):
            self._state.calls += 1
            self._write(200, "image/jpeg", PHOTO)
        elif path.startswith("/video/"):
            self._stream = asyncio.get_running_loop().create_task(self._send(int(path[7:-4])))
        else:
            status, answer = self._state.answer(method, path, host, self._kept)
            self._write(status, JSON, json.dumps(answer).encode())

    def _write(self, status: int, content_type: str, body: bytes) -> None:
        self._transport.write(_head(status, content_type, len(body)) + body)

    async def _send(self, size: int) -> None:
        """A generated file of any size, no faster than it is read."""
        self._transport.write(_head(200, "video/mp4", size) + VIDEO_HEAD)
        size -= len(VIDEO_HEAD)
        while size:
            await self._may_write.wait()
            self._transport.write(CHUNK[: min(size, len(CHUNK))])
            size -= min(size, len(CHUNK))


def _head(status: int, content_type: str, length: int) -> bytes:
    lines = (f"HTTP/1.1 {status} OK", f"Content-Type: {content_type}", f"Content-Length: {length}")
    return "\r\n".join((*lines, "", "")).encode()


async def serve(processing: float) -> None:
    """Serve until the process ends."""
    state = StubState(processing)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: StubConnection(state), "127.0.0.1", 0, backlog=512)
    sys.stdout.write(f"stub listening on {server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
