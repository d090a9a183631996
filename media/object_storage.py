"""One door to the files: written and read as streams, in constant memory, by key.

An object is there whole or not at all: a folder's files are renamed into place, a bucket's are
completed. Objects never change. obstore's messages may tell more than logs should hold, so that
none of them leaves this module.
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

# What is read at once (bytes): enough that a bucket's answers are worth their wait.
READ_SIZE = 2 * 1024**2
# A bucket's parts have at least so many bytes, and an object at most so many parts.
MIN_PART_SIZE = 5 * 1024**2
MAX_PARTS = 9_000
# Parts of one file on their way at once.
CONCURRENT_PARTS = 2
LIST_PAGE_SIZE = 1_000


class ObjectMissing(Exception):
    """There is no object of this key."""


class StorageUnavailable(Exception):
    """The storage does not take or give the file now; the text names the kind of error."""


class ObjectStorage:
    """A store of objects by key; `folder` where it is one of this machine's."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder

    async def put(self, key: str, body: AsyncIterator[bytes], max_size: int) -> None:
        """Keep a body of at most `most` bytes; it is on disk when this returns.

        What the body raises is raised, Unavailable where the storage fails; both leave nothing.
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
            if self._folder is not None:
                await asyncio.to_thread(_fsync, self._folder, key)
        except (BaseError, OSError) as error:
            # A bucket that fails to clean up hides why it had to.
            raise next(iter(errors), StorageUnavailable(type(error).__name__)) from None

    async def size(self, key: str) -> int:
        """An object's bytes, counted; Missing where there is none."""
        try:
            return (await obstore.head_async(self._store, key))["size"]
        except FileNotFoundError:
            raise ObjectMissing from None
        except (BaseError, OSError) as error:
            raise StorageUnavailable(type(error).__name__) from None

    async def read_chunks(self, key: str, size: int) -> AsyncGenerator[bytes, None]:
        """An object's bytes. A piece is a request of its own: no time limit counts for all."""
        for start in range(0, size, READ_SIZE):
            end = min(start + READ_SIZE, size)
            try:
                piece = await obstore.get_range_async(self._store, key, start=start, end=end)
            except FileNotFoundError:
                raise ObjectMissing from None
            except (BaseError, OSError) as error:
                raise StorageUnavailable(type(error).__name__) from None
            yield bytes(piece)

    def delete(self, keys: Iterable[str]) -> None:
        """Let objects go; harmless where there are none. Unavailable where the storage fails."""
        try:
            for key in keys:
                with suppress(FileNotFoundError):
                    obstore.delete(self._store, key)
        except (BaseError, OSError) as error:
            raise StorageUnavailable(type(error).__name__) from None

    def keys_before(self, instant: datetime) -> Iterator[list[str]]:
        """The keys of the objects that were put before an instant, a page at a time."""
        try:
            for page in obstore.list(self._store, chunk_size=LIST_PAGE_SIZE):
                yield [each["path"] for each in page if each["last_modified"] < instant]
        except (BaseError, OSError) as error:
            raise StorageUnavailable(type(error).__name__) from None

    def delete_partial_uploads_before(self, instant: datetime) -> None:
        """In a folder, let go what uploads left that were killed before an instant. In a bucket,
        a rule of the bucket's own does that."""
        for path in self._folder.glob("*#*") if self._folder else ():
            with suppress(OSError):
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) < instant:
                    path.unlink()


async def _record_errors(
    body: AsyncIterator[bytes], errors: list[Exception]
) -> AsyncIterator[bytes]:
    """The body; what it raises is kept."""
    try:
        async for chunk in body:
            yield chunk
    except Exception as error:  # the store would wrap it: kept to be raised as it was
        errors.append(error)
        raise


def _fsync(folder: Path, key: str) -> None:
    """Wait until a file and its name are on disk: a post may be accepted that needs it."""
    for path in (folder / key, folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
