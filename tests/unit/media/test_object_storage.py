"""The storage of callers' own files: each file is stored completely or not at all, in a folder and
in memory."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from media.object_storage import READ_SIZE, ObjectMissing, ObjectStorage
from media.open_storage import InvalidStorageSettings, in_memory_storage, open_object_storage

KEY, OTHER = "a" * 32, "b" * 32
MOST = 1 << 30
SOON, LONG_AGO = timedelta(minutes=1), timedelta(days=2)


class BrokenOff(Exception):
    """The body ended too early."""


@pytest.fixture(params=["folder", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStorage:
    """A storage of each kind."""
    return (
        open_object_storage(str(tmp_path / "files"))
        if request.param == "folder"
        else in_memory_storage()
    )


async def stream(body: bytes, size: int = 100_000) -> AsyncIterator[bytes]:
    """The bytes, in chunks."""
    for start in range(0, len(body), size):
        yield body[start : start + size]


async def breaking(body: bytes) -> AsyncIterator[bytes]:
    """The bytes, and then an error."""
    async for chunk in stream(body):
        yield chunk
    raise BrokenOff


def put(store: ObjectStorage, key: str, body: bytes) -> None:
    """Store these bytes."""
    asyncio.run(store.put(key, stream(body), MOST))


def read(store: ObjectStorage, key: str) -> bytes:
    """All bytes of an object."""

    async def run() -> bytes:
        size = await store.size(key)
        return b"".join([chunk async for chunk in store.read_chunks(key, size)])

    return asyncio.run(run())


def keys(store: ObjectStorage, age: timedelta) -> set[str]:
    """The keys of the objects that are older than this; a negative age returns all."""
    pages = store.keys_before(datetime.now(UTC) - age)
    return {key for page in pages for key in page}


@pytest.mark.parametrize("size", [1, READ_SIZE, 3 * READ_SIZE + 1])
def test_what_was_put_comes_back_to_the_byte(store: ObjectStorage, size: int) -> None:
    """In one chunk, and in several."""
    body = os.urandom(size)
    put(store, KEY, body)
    assert read(store, KEY) == body


def test_a_body_that_breaks_off_leaves_nothing(store: ObjectStorage, tmp_path: Path) -> None:
    """Its own error is raised, and no object and no part of one is left."""
    with pytest.raises(BrokenOff):
        asyncio.run(store.put(KEY, breaking(os.urandom(12_000_000)), MOST))
    assert keys(store, -SOON) == set()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    with pytest.raises(ObjectMissing):
        read(store, KEY)


def test_what_is_deleted_is_missing(store: ObjectStorage) -> None:
    """A second delete is harmless, and other objects stay; a read raises ObjectMissing."""
    put(store, KEY, b"one")
    put(store, OTHER, b"other")
    store.delete([KEY, KEY, "c" * 32])
    with pytest.raises(ObjectMissing):
        read(store, KEY)

    async def late() -> None:
        async for _ in store.read_chunks(KEY, 3):
            pytest.fail("there is nothing to read")

    with pytest.raises(ObjectMissing):
        asyncio.run(late())
    assert read(store, OTHER) == b"other"


def test_old_objects_are_found_by_their_age(store: ObjectStorage) -> None:
    """Those before a time, and no newer ones."""
    put(store, KEY, b"one")
    assert keys(store, SOON) == set()
    assert keys(store, -SOON) == {KEY}


def test_what_a_killed_upload_left_is_dropped_once_it_is_old(tmp_path: Path) -> None:
    """Yesterday's part is deleted; a part that is being written stays, and so do all objects."""
    store = open_object_storage(str(tmp_path))
    put(store, KEY, b"one")
    for name in (f"{OTHER}#1", f"{OTHER}#2"):
        (tmp_path / name).write_bytes(b"part")
    old = (datetime.now(UTC) - LONG_AGO).timestamp()
    for name in (KEY, f"{OTHER}#1"):
        os.utime(tmp_path / name, (old, old))
    store.delete_partial_uploads_before(datetime.now(UTC) - SOON)
    assert {path.name for path in tmp_path.iterdir()} == {KEY, f"{OTHER}#2"}


def test_a_folder_that_cannot_be_one_is_refused_with_the_reason(tmp_path: Path) -> None:
    """There is a file in its place: refused at the start, not at the first upload."""
    (tmp_path / "files").write_text("mine")
    with pytest.raises(InvalidStorageSettings, match=r"cannot keep files in .*files"):
        open_object_storage(str(tmp_path / "files"))
