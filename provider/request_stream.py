"""A request's body on its way, watched: one that gets stuck ends, and a broken source is named."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any, TypeVar

import httpx

T = TypeVar("T")


class RequestStream:
    """`payload` is what aiohttp sends. A streamed one must get on: its deadline moves with it."""

    def __init__(
        self, content: bytes | AsyncIterator[bytes] | None, timeout: httpx.Timeout
    ) -> None:
        self.error: Exception | None = None
        self._timeout = timeout
        self._deadline: asyncio.Timeout | None = None
        self.payload: Any = content
        if content is not None and not isinstance(content, bytes):
            self._deadline = asyncio.timeout(None)
            self.payload = self._watched_chunks(content)

    @property
    def is_streamed(self) -> bool:
        """Whether the body comes bit by bit."""
        return self._deadline is not None

    async def watch(self, call: Awaitable[T]) -> T:
        """The call's answer; TimeoutError where the body gets stuck."""
        assert self._deadline is not None  # noqa: S101  (it is streamed)
        try:
            async with self._deadline:
                return await call
        finally:
            self._deadline = None  # an early answer, as a refusal may be: the rest is no matter

    async def _watched_chunks(self, content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        try:
            async for chunk in content:
                self._set_deadline(self._timeout.write)
                yield chunk
                self._set_deadline(None)  # for the source, which has time limits of its own
        except Exception as error:  # whatever the source raises
            self.error = error  # aiohttp would wrap it, and show it in a message
            raise
        # The last bytes, and the answer, after which aiohttp waits no longer for either.
        write, read = self._timeout.write, self._timeout.read
        self._set_deadline(None if write is None or read is None else write + read)

    def _set_deadline(self, seconds: float | None) -> None:
        if self._deadline is not None:
            now = asyncio.get_running_loop().time()
            self._deadline.reschedule(None if seconds is None else now + seconds)
