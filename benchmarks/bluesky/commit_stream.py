"""Follows the commits of a Bluesky server, which it streams to everybody at once."""

import asyncio
import io
import threading
import time
from types import TracebackType
from typing import Final, Self

import aiohttp
import cbor2

STREAM: Final = "/xrpc/com.atproto.sync.subscribeRepos"
POSTS: Final = "app.bsky.feed.post/"


class CommitStream:
    """A thread that notes when each new post was seen: `seen` has the time (s since 1970) by
    (DID, record key)."""

    def __init__(self, url: str) -> None:
        self.seen: dict[tuple[str, str], float] = {}
        self._url = url
        self._connected, self._stop = threading.Event(), asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._connected.wait(30):
            raise RuntimeError("the server does not stream its commits")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()

    async def _run(self) -> None:
        following = asyncio.create_task(self._follow())
        await self._stop.wait()
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

    async def _follow(self) -> None:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(self._url + STREAM, max_msg_size=0) as stream,
        ):
            self._connected.set()
            async for message in stream:
                self._note(message.data, time.time())

    def _note(self, frame: bytes, now: float) -> None:
        """A frame has two parts: what it is, and the commit."""
        parts = cbor2.CBORDecoder(io.BytesIO(frame))
        header, commit = parts.decode(), parts.decode()
        if header.get("t") != "#commit":
            return
        for write in commit["ops"]:
            if write["action"] == "create" and write["path"].startswith(POSTS):
                self.seen[commit["repo"], write["path"].removeprefix(POSTS)] = now
