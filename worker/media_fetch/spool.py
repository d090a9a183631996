"""Spools a file to disk, where its size is unknown or its content must be checked.

The file has no name, so a killed worker leaves nothing behind. Reads and writes run in threads: a
busy disk must not block the event loop.
"""

import errno
import hashlib
import tempfile
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO

from provider.errors import GiveUp, NoSpace, Retry
from worker.media_fetch.disk_threads import in_disk_thread
from worker.media_fetch.fetch_limits import CHUNK_SIZE, FetchLimits
from worker.media_fetch.spool_space import RETRY_DELAY, SpaceClaim


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
    await in_disk_thread(file.seek, 0)
    async for chunk in read_rest(file):
        yield chunk


async def read_rest(file: IO[bytes]) -> AsyncIterator[bytes]:
    """The bytes that were not read yet."""
    while chunk := await in_disk_thread(file.read, CHUNK_SIZE):
        yield chunk


@asynccontextmanager
async def spool_to_disk(
    body: AsyncIterator[bytes], limits: FetchLimits, organization_id: str, stated_size: int = 0
) -> AsyncIterator[Spool]:
    """Spool a body of at most `limits.size` bytes. GiveUp if it is larger; NoSpace where the disk
    has no room for it. Room for `stated_size` is taken before it is read."""
    with (
        tempfile.TemporaryFile(prefix="slotbeat-") as file,
        limits.space.open_claim(organization_id) as claim,
    ):
        try:
            await in_disk_thread(claim.grow_to, stated_size)
            spool = await _fill(file, body, limits.size, claim)
        except OSError as error:
            raise _disk_error(error) from error
        yield spool


def _disk_error(error: OSError) -> Retry:
    sentence = f"the media file cannot be kept on disk ({error.strerror})"
    is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return NoSpace(sentence, RETRY_DELAY) if is_full else Retry(sentence)


async def _fill(
    file: IO[bytes], body: AsyncIterator[bytes], max_size: int, claim: SpaceClaim
) -> Spool:
    size, md5, sha256 = 0, hashlib.md5(usedforsecurity=False), hashlib.sha256()
    async for chunk in body:
        size = check_size(size + len(chunk), max_size)
        md5.update(chunk)
        sha256.update(chunk)
        await in_disk_thread(_append, file, chunk, size, claim)
    await in_disk_thread(file.flush)
    return Spool(file, size, b64encode(md5.digest()).decode(), sha256.hexdigest())


def _append(file: IO[bytes], chunk: bytes, size: int, claim: SpaceClaim) -> None:
    claim.grow_to(size)
    file.write(chunk)


def check_size(size: int, max_size: int) -> int:
    """Returns the size; GiveUp if it is 0 or above the limit."""
    if size == 0:
        raise GiveUp("the media file is empty")
    if size > max_size:
        raise GiveUp(f"the media file has more than the {max_size} bytes that are accepted")
    return size
