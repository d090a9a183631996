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
PIECE = 2 * 1024**2
# A bucket's parts have at least so many bytes, and an object at most so many parts.
LEAST_PART = 5 * 1024**2
MOST_PARTS = 9_000
# Parts of one file on their way at once.
PARTS_AT_ONCE = 2
PAGE = 1_000


class Missing(Exception):
    """There is no object of this key."""


class Unavailable(Exception):
    """The storage does not take or give the file now; the text names the kind of error."""


class Storage:
    """A store of objects by key; `folder` where it is one of this machine's."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder

    async def put(self, key: str, body: AsyncIterator[bytes], most: int) -> None:
        """Keep a body of at most `most` bytes; it is on disk when this returns.

        What the body raises is raised, Unavailable where the storage fails; both leave nothing.
        """
        part = max(LEAST_PART, -(-most // MOST_PARTS))
        faults: list[Exception] = []
        try:
            await obstore.put_async(
                self._store,
                key,
                _watched(body, faults),
                chunk_size=part,
                max_concurrency=PARTS_AT_ONCE,
            )
            if self._folder is not None:
                await asyncio.to_thread(_settle, self._folder, key)
        except (BaseError, OSError) as error:
            # A bucket that fails to clean up hides why it had to.
            raise next(iter(faults), Unavailable(type(error).__name__)) from None

    async def size(self, key: str) -> int:
        """An object's bytes, counted; Missing where there is none."""
        try:
            return (await obstore.head_async(self._store, key))["size"]
        except FileNotFoundError:
            raise Missing from None
        except (BaseError, OSError) as error:
            raise Unavailable(type(error).__name__) from None

    async def chunks(self, key: str, size: int) -> AsyncGenerator[bytes, None]:
        """An object's bytes. A piece is a request of its own: no time limit counts for all."""
        for start in range(0, size, PIECE):
            end = min(start + PIECE, size)
            try:
                piece = await obstore.get_range_async(self._store, key, start=start, end=end)
            except FileNotFoundError:
                raise Missing from None
            except (BaseError, OSError) as error:
                raise Unavailable(type(error).__name__) from None
            yield bytes(piece)

    def delete(self, keys: Iterable[str]) -> None:
        """Let objects go; harmless where there are none. Unavailable where the storage fails."""
        try:
            for key in keys:
                with suppress(FileNotFoundError):
                    obstore.delete(self._store, key)
        except (BaseError, OSError) as error:
            raise Unavailable(type(error).__name__) from None

    def keys_before(self, instant: datetime) -> Iterator[list[str]]:
        """The keys of the objects that were put before an instant, a page at a time."""
        try:
            for page in obstore.list(self._store, chunk_size=PAGE):
                yield [each["path"] for each in page if each["last_modified"] < instant]
        except (BaseError, OSError) as error:
            raise Unavailable(type(error).__name__) from None

    def drop_parts_before(self, instant: datetime) -> None:
        """In a folder, let go what uploads left that were killed before an instant. In a bucket,
        a rule of the bucket's own does that."""
        for path in self._folder.glob("*#*") if self._folder else ():
            with suppress(OSError):
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) < instant:
                    path.unlink()


async def _watched(body: AsyncIterator[bytes], faults: list[Exception]) -> AsyncIterator[bytes]:
    """The body; what it raises is kept."""
    try:
        async for chunk in body:
            yield chunk
    except Exception as error:  # the store would wrap it: kept to be raised as it was
        faults.append(error)
        raise


def _settle(folder: Path, key: str) -> None:
    """Wait until a file and its name are on disk: a post may be accepted that needs it."""
    for path in (folder / key, folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
