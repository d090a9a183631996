"""Opens a caller's own file from our storage."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from media.object_storage import ObjectMissing, ObjectStorage, StorageUnavailable
from provider.errors import GiveUp, Retry
from worker.media_fetch.fetch_limits import FetchLimits
from worker.media_fetch.file_inspection import inspect_file
from worker.media_fetch.requirements import FileRequirements
from worker.media_fetch.source import MediaSource

GONE_REASON = "the file is no longer in the storage; upload it again, and make a new post with it"


@asynccontextmanager
async def open_stored_file(
    storage: ObjectStorage,
    key: str,
    path: str,
    required: FileRequirements,
    limits: FetchLimits,
) -> AsyncIterator[MediaSource]:
    """The file of this key, checked like any other. GiveUp where it is missing, Retry where the
    storage fails. Its size was limited at its upload to us, so only other limits apply."""
    try:
        size = await storage.size(key)
    except ObjectMissing:
        raise GiveUp(GONE_REASON) from None
    except StorageUnavailable as error:
        raise _unavailable(error) from None
    limits = replace(limits, size=max(size, limits.size))
    body = _read(storage, key, size)
    async with inspect_file(body, size, path, required, limits) as source:
        yield source


async def _read(storage: ObjectStorage, key: str, size: int) -> AsyncIterator[bytes]:
    try:
        async for chunk in storage.read_chunks(key, size):
            yield chunk
    except ObjectMissing:
        raise GiveUp(GONE_REASON) from None
    except StorageUnavailable as error:
        raise _unavailable(error) from None


def _unavailable(error: StorageUnavailable) -> Retry:
    return Retry(f"the storage of own files does not answer ({error})")
