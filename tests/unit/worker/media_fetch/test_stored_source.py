"""Callers' own files as the worker reads them: only the post's own file, checked like any other."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from media.object_storage import ObjectStorage
from media.open_storage import in_memory_storage, open_object_storage
from media.stored_urls import file_id_from_url, stored_url
from provider.errors import GiveUp, Retry
from tests.sample_files import HTML, JPEG
from tests.service_context import CIPHER
from worker.media_fetch import Fetcher, FetchLimits, MediaSource

MINE, OTHER = "a" * 32, "b" * 32


def keep(storage: ObjectStorage, key: str, content: bytes) -> None:
    """Put a file into a storage."""

    async def body() -> AsyncIterator[bytes]:
        yield content

    asyncio.run(storage.put(key, body(), len(content)))


def read(
    storage: ObjectStorage, link: str, file_id: str | None, most: int = 1 << 20
) -> MediaSource:
    """The source of a URL for a post with this file, after all its bytes were read."""

    async def run() -> MediaSource:
        async with httpx.AsyncClient() as client:
            limits = FetchLimits(size=most)
            fetcher = Fetcher(client, CIPHER, allow_private=False, limits=limits, storage=storage)
            async with fetcher.open(
                CIPHER.encrypt(link), "photo", 0, file_id, organization_id="acme"
            ) as source:
                assert b"".join([chunk async for chunk in source.chunks()]) == JPEG
                return source

    return asyncio.run(run())


def test_the_file_is_what_it_is_called_and_as_large_as_it_is() -> None:
    """Its name from the URL, its type from its bytes, its size from the storage. The size limit for
    other sources does not apply."""
    storage = in_memory_storage()
    keep(storage, MINE, JPEG)
    source = read(storage, stored_url(MINE, "Two loaves, ½.mov"), MINE, most=10)
    assert (source.name, source.content_type) == ("Two loaves, ½.jpg", "image/jpeg")
    assert source.size == len(JPEG)


@pytest.mark.parametrize("file_id", [OTHER, None])
def test_a_link_opens_the_posts_own_file_alone(file_id: str | None) -> None:
    """Whatever the URL says: another file, or a deleted one, is not read."""
    storage = in_memory_storage()
    for key in (MINE, OTHER):
        keep(storage, key, JPEG)
    with pytest.raises(GiveUp, match="no longer in the storage"):
        read(storage, stored_url(MINE), file_id)


def test_what_is_missing_or_no_photo_is_given_up() -> None:
    """With a reason: a retry would not help."""
    storage = in_memory_storage()
    with pytest.raises(GiveUp, match="no longer in the storage"):
        read(storage, stored_url(MINE), MINE)
    keep(storage, MINE, HTML)
    with pytest.raises(GiveUp, match="the file is text/html, not a photo"):
        read(storage, stored_url(MINE), MINE)


def test_a_storage_that_is_away_is_tried_again(tmp_path: Path) -> None:
    """The post is retried."""
    storage = open_object_storage(str(tmp_path / "files"))
    (tmp_path / "files").rmdir()
    (tmp_path / "files").write_text("no folder")
    with pytest.raises(Retry, match="the storage of own files does not answer"):
        read(storage, stored_url(MINE), MINE)


@pytest.mark.parametrize(
    "link",
    [
        "",
        MINE,
        "slotbeat://media/",
        f"slotbeat://media/{MINE[1:]}",
        f"slotbeat://media/{MINE}/a/b",
        f"slotbeat://media/{MINE}?a=b",
        f"slotbeat://media/{MINE}\n",
        f"SLOTBEAT://media/{MINE}",
        f"https://media/{MINE}",
    ],
)
def test_other_texts_name_no_file(link: str) -> None:
    """The URL of a stored file has one form, with or without a name."""
    assert file_id_from_url(link) is None
    assert (
        file_id_from_url(stored_url(MINE))
        == file_id_from_url(stored_url(MINE, "a/b ?.jpg"))
        == MINE
    )
