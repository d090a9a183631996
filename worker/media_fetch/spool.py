"""Spools a file to disk, where its size is unknown or its content must be checked.

The file has no name, so a killed worker leaves nothing behind. Reads and writes run in threads: a
busy disk must not block the event loop.
"""

import asyncio
import hashlib
import tempfile
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO

from provider.errors import GiveUp, Retry
from worker.media_fetch.fetch_limits import CHUNK_SIZE


@dataclass(frozen=True, slots=True)
class Spool:
    """A file on disk: its size (bytes), its MD5 in base64, as HTTP headers need it, and its SHA-256
    in hexadecimal."""

    file: IO[bytes]
    size: int
    md5: str
    sha256: str

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes from the beginning."""
        async for chunk in read_file(self.file):
            yield chunk


async def read_file(file: IO[bytes]) -> AsyncIterator[bytes]:
    """All bytes of a file on disk."""
    await asyncio.to_thread(file.seek, 0)
    async for chunk in read_rest(file):
        yield chunk


async def read_rest(file: IO[bytes]) -> AsyncIterator[bytes]:
    """The bytes that were not read yet."""
    while chunk := await asyncio.to_thread(file.read, CHUNK_SIZE):
        yield chunk


@asynccontextmanager
async def spool_to_disk(body: AsyncIterator[bytes], max_size: int) -> AsyncIterator[Spool]:
    """Spool a body of at most `max_size` bytes. GiveUp if it is larger; Retry on a full disk."""
    with tempfile.TemporaryFile(prefix="slotbeat-") as file:
        try:
            spool = await _fill(file, body, max_size)
        except OSError as error:
            raise Retry(f"the media file cannot be kept on disk ({error.strerror})") from error
        yield spool


async def _fill(file: IO[bytes], body: AsyncIterator[bytes], max_size: int) -> Spool:
    size, md5, sha256 = 0, hashlib.md5(usedforsecurity=False), hashlib.sha256()
    async for chunk in body:
        size = check_size(size + len(chunk), max_size)
        md5.update(chunk)
        sha256.update(chunk)
        await asyncio.to_thread(file.write, chunk)
    await asyncio.to_thread(file.flush)
    return Spool(file, size, b64encode(md5.digest()).decode(), sha256.hexdigest())


def check_size(size: int, max_size: int) -> int:
    """Returns the size; GiveUp if it is 0 or above the limit."""
    if size == 0:
        raise GiveUp("the media file is empty")
    if size > max_size:
        raise GiveUp(f"the media file has more than the {max_size} bytes that are accepted")
    return size
