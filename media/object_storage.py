"""Object storage: stored files by key, written and read as streams in constant memory.

An object is stored completely or not at all: a file in a folder is renamed when it is complete, an
object in a bucket is a multipart upload. Objects never change. obstore's error messages may contain
secrets, so none of them leaves this module.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore

# Bytes in one read: large enough that the latency of a bucket does not matter.
READ_SIZE = 2 * 1024**2
# S3's limits: the minimum size of a part (bytes), and the number of parts of an object.
MIN_PART_SIZE = 5 * 1024**2
MAX_PARTS = 9_000
# Parts of one file that are uploaded at the same time.
CONCURRENT_PARTS = 2
LIST_PAGE_SIZE = 1_000


class ObjectMissing(Exception):
    """There is no object with this key."""


class StorageUnavailable(Exception):
    """The storage cannot be read or written now. The text is the kind of error."""


class ObjectStorage:
    """Objects by key. `folder`: the folder, where the storage is one on this machine."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        self._store = store
        self.folder = folder

    async def put(self, key: str, body: AsyncIterator[bytes], max_size: int) -> None:
        """Store a body of at most `max_size` bytes. It is durable when this returns.

        Errors of the body are raised as they are; StorageUnavailable where the storage fails. No
        object is left after an error.
        """
        part = max(MIN_PART_SIZE, -(-max_size // MAX_PARTS))
        errors: list[Exception] = []
        try:
            await obstore.put_async(
                self._store,
                key,
                _record_errors(body, errors),
                chunk_size=part,
                max_concurrency=CONCURRENT_PARTS,
            )
            if self.folder is not None:
                await asyncio.to_thread(_fsync, self.folder, key)
        except (BaseError, OSError) as error:
            # The body's own error first: a failed clean-up of a bucket would hide it.
            raise next(iter(errors), StorageUnavailable(type(error).__name__)) from None

    async def size(self, key: str) -> int:
        """The size of an object (bytes); ObjectMissing where there is none."""
        try:
            return (await obstore.head_async(self._store, key))["size"]
        except FileNotFoundError:
            raise ObjectMissing from None
        except (BaseError, OSError) as error:
            raise StorageUnavailable(type(error).__name__) from None

    async def read_chunks(self, key: str, size: int) -> AsyncGenerator[bytes, None]:
        """An object's bytes. Each chunk is a separate request with its own timeout."""
        for start in range(0, size, READ_SIZE):
            end = min(start + READ_SIZE, size)
            try:
                chunk = await obstore.get_range_async(self._store, key, start=start, end=end)
            except FileNotFoundError:
                raise ObjectMissing from None
            except (BaseError, OSError) as error:
                raise StorageUnavailable(type(error).__name__) from None
            yield bytes(chunk)

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; missing ones are skipped. StorageUnavailable where the storage fails."""
        try:
            for key in keys:
                with suppress(FileNotFoundError):
                    obstore.delete(self._store, key)
        except (BaseError, OSError) as error:
            raise StorageUnavailable(type(error).__name__) from None

    def keys_before(self, instant: datetime) -> Iterator[list[str]]:
        """The keys of the objects that were stored before a time, page by page."""
        try:
            for page in obstore.list(self._store, chunk_size=LIST_PAGE_SIZE):
                yield [each["path"] for each in page if each["last_modified"] < instant]
        except (BaseError, OSError) as error:
            raise StorageUnavailable(type(error).__name__) from None

    def delete_partial_uploads_before(self, instant: datetime) -> None:
        """In a folder, delete what uploads that were killed before a time have left. In a bucket,
        a lifecycle rule does this."""
        for path in self.folder.glob("*#*") if self.folder else ():
            with suppress(OSError):
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) < instant:
                    path.unlink()


async def _record_errors(
    body: AsyncIterator[bytes], errors: list[Exception]
) -> AsyncIterator[bytes]:
    """The body; its errors are added to `errors`."""
    try:
        async for chunk in body:
            yield chunk
    except Exception as error:  # obstore would wrap it; `put` raises the original
        errors.append(error)
        raise


def _fsync(folder: Path, key: str) -> None:
    """Wait until a file and its name are on disk, because an accepted post may need it."""
    for path in (folder / key, folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
