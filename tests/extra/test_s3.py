"""Uploaded files in an S3 bucket: what is stored is read back, and nothing else.

This server cannot abort a multipart upload. In a real bucket, a lifecycle rule removes the parts of
broken uploads.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from media.object_storage import ObjectMissing, ObjectStorage, StorageUnavailable
from media.open_storage import open_object_storage
from tests.extra.s3_server import BUCKET, KEY, Bucket
from tests.integration.live_server import expect_error, run_api
from tests.sample_files import MP4
from tests.servers.ports import free_port

MEBIBYTE = 1024 * 1024
MOST = 1 << 30
ID = "a" * 32


class BodyAborted(Exception):
    """The body ended too early."""


@pytest.fixture
def store(s3: Bucket) -> ObjectStorage:
    """The bucket as an object storage."""
    return open_object_storage(f"s3://{BUCKET}/tests", endpoint=s3.origin, key_id=KEY, secret=KEY)


async def stream(body: bytes) -> AsyncIterator[bytes]:
    """The bytes in chunks."""
    for start in range(0, len(body), 100_000):
        yield body[start : start + 100_000]


def read(store: ObjectStorage, key: str) -> bytes:
    """All bytes of an object."""

    async def run() -> bytes:
        size = await store.size(key)
        return b"".join([chunk async for chunk in store.read_chunks(key, size)])

    return asyncio.run(run())


@pytest.mark.parametrize("size", [1, 5 * MEBIBYTE, 17 * MEBIBYTE + 1])
def test_the_bytes_come_back_whole(store: ObjectStorage, size: int) -> None:
    """In one part, in exactly one part, and in several. The object is found by its age and
    deleted."""
    body = os.urandom(size)
    asyncio.run(store.put(ID, stream(body), MOST))
    assert read(store, ID) == body
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert [key for page in store.keys_before(later) for key in page] == [ID]
    store.delete([ID, ID])
    with pytest.raises(ObjectMissing):
        read(store, ID)


def test_a_body_that_breaks_off_is_no_object(store: ObjectStorage) -> None:
    """The error of the body is raised, although this server cannot abort the upload."""

    async def breaking() -> AsyncIterator[bytes]:
        async for chunk in stream(bytes(12 * MEBIBYTE)):
            yield chunk
        raise BodyAborted

    with pytest.raises(BodyAborted):
        asyncio.run(store.put(ID, breaking(), MOST))
    with pytest.raises(ObjectMissing):
        read(store, ID)


def test_a_bucket_that_is_away_says_so_and_no_more() -> None:
    """The error contains neither the address nor the keys."""
    origin = f"http://127.0.0.1:{free_port()}"
    away = open_object_storage(f"s3://{BUCKET}", endpoint=origin, key_id=KEY, secret="hunter2")
    with pytest.raises(StorageUnavailable) as caught:
        asyncio.run(away.size(ID))
    assert str(caught.value) == "GenericError"


def test_the_api_keeps_files_in_a_bucket(s3: Bucket, tmp_path: Path) -> None:
    """Files are uploaded, read and deleted; an incomplete form is a 400 and leaves no file."""
    body = MP4 + os.urandom(11 * MEBIBYTE)
    with run_api(f"sqlite:///{tmp_path / 'a.db'}", **s3.settings) as api:
        owner = api.create_organization()
        media = owner.call("POST", "/media", content=body).json()["media"]
        path = f"/media/{media['id']}"
        assert media["size"] == len(body)
        assert owner.call("GET", path).content == body
        head = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.mp4"\r\n\r\n'
        form = {"Content-Type": "multipart/form-data; boundary=b"}
        broken = owner.call("POST", "/media", content=head + body, headers=form)
        expect_error(broken, 400, "INVALID_INPUT")
        assert owner.call("DELETE", path).status_code == 200
        expect_error(owner.call("GET", path), 404, "NOT_FOUND")
