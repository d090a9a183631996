"""A streamed request body, with a timeout if it gets stuck; keeps the error of its source."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any, TypeVar

import httpx

T = TypeVar("T")


class RequestStream:
    """`payload` is what aiohttp sends. A streamed one has a time limit for each chunk."""

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
        """Whether the body is sent in chunks."""
        return self._deadline is not None

    async def watch(self, call: Awaitable[T]) -> T:
        """The result of the call; TimeoutError if the body gets stuck."""
        assert self._deadline is not None  # noqa: S101  (it is streamed)
        try:
            async with self._deadline:
                return await call
        finally:
            # After an early response, such as a refusal, the rest of the body does not matter.
            self._deadline = None

    async def _watched_chunks(self, content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        try:
            async for chunk in content:
                self._set_deadline(self._timeout.write)
                yield chunk
                self._set_deadline(
                    None
                )  # while waiting for the source, which has its own time limits
        except Exception as error:  # any error of the source
            self.error = error  # aiohttp would wrap it and put its text into a message
            raise
        # Limits the last write and the wait for the response: aiohttp itself does not.
        write, read = self._timeout.write, self._timeout.read
        self._set_deadline(None if write is None or read is None else write + read)

    def _set_deadline(self, seconds: float | None) -> None:
        if self._deadline is not None:
            now = asyncio.get_running_loop().time()
            self._deadline.reschedule(None if seconds is None else now + seconds)
