"""Callers' own files: from our storage to the provider, by the same checks as any other."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

from api.uploads.request_file import IncomingFile
from media.stored_urls import stored_url
from models.posts import Post
from models.store import stored_files
from models.stored_files import StoredFile
from services.uploads.store_upload import store_upload
from tests.integration.worker.changing import retry_post
from tests.integration.worker.workshop import WorkerHarness
from tests.samples import VIDEO_MP4, JPEG


def upload(shop: WorkerHarness, body: bytes, name: str = "") -> StoredFile:
    """Keep a file as POST media does."""

    async def chunks() -> AsyncIterator[bytes]:
        yield body

    return asyncio.run(
        store_upload(shop.context(), shop.organization_id, IncomingFile(name, "", chunks()))
    )


def photo(shop: WorkerHarness, file: StoredFile) -> Post:
    """A photo post of this file, to be published now."""
    return shop.accept("photo", "photo", photoUrls=[stored_url(file.id)])


def lose(shop: WorkerHarness, file: StoredFile) -> None:
    """The object is gone, though its row is there."""
    shop.storage.delete([file.id])


def test_a_post_goes_live_with_an_own_file(shop: WorkerHarness) -> None:
    """It is uploaded to the provider, to the byte, and published once."""
    body = JPEG + bytes(5_000_000)
    file = upload(shop, body, "Two loaves.jpg")
    post = photo(shop, file)
    (ended,) = shop.run_to_end(post)
    assert (ended.status, ended.reason) == ("published", None)
    (media,) = shop.media(post)
    assert (media.stored_file_id, media.status) == (file.id, "ready")
    assert (media.size, media.sha256) == (len(body), hashlib.sha256(body).hexdigest())
    assert len(shop.list_publications(post)) == 1


def test_the_minimum_duration_holds_for_own_videos(shop: WorkerHarness) -> None:
    """A film of three seconds fails a minimum of four, in the words of any other."""
    shop.set_minimum_duration(4)
    link = stored_url(upload(shop, VIDEO_MP4.read_bytes()).id)
    post = shop.accept("video", "video", platforms=["youtube"], videoUrl=link)
    (ended,) = shop.run_to_end(post)
    assert ended.status == "failed"
    assert "minimum is 4 s" in str(ended.reason)


def test_a_file_that_is_gone_fails_its_post_with_words(shop: WorkerHarness) -> None:
    """At once, and nothing is made at the provider: repeating would bring nothing."""
    lost, deleted = upload(shop, JPEG), upload(shop, JPEG)
    posts = [photo(shop, lost), photo(shop, deleted)]
    lose(shop, lost)
    with shop.database.write() as session:  # as pruning does, once its post has ended
        session.delete(session.get_one(StoredFile, deleted.id))
    for ended in shop.run_to_end(*posts):
        assert ended.status == "failed"
        assert "no longer in the storage" in str(ended.reason)
    assert shop.simulator_state("calls")["calls"].get("initiate_media", 0) == 0


def test_a_failed_post_is_retried_with_its_file(shop: WorkerHarness) -> None:
    """The provider can process none of its uploads; a person asks again, and it goes out."""
    shop.inject_fault(kind="media_error", times=4)
    post = photo(shop, upload(shop, JPEG))
    (ended,) = shop.run_to_end(post)
    assert ended.status == "failed"
    retry_post(shop, post)
    (ended,) = shop.run_to_end(post)
    assert ended.status == "published"


def test_a_file_that_a_post_is_made_with_is_held(shop: WorkerHarness) -> None:
    """Removing it while the post is not ended is refused, and works afterwards; others' ids are
    nobody's."""
    file = upload(shop, JPEG)
    post = photo(shop, file)
    with shop.database.write() as session:
        assert stored_files.remove(session, shop.organization_id, file.id) is False
        assert stored_files.remove(session, "0" * 32, file.id) is None
    shop.run_to_end(post)
    with shop.database.write() as session:
        assert stored_files.remove(session, shop.organization_id, file.id) is True
    assert [media.stored_file_id for media in shop.media(post)] == [None]


def test_an_old_office_file_is_told_apart_by_its_name(shop: WorkerHarness) -> None:
    """Its first bytes do not say it: the name that it came with goes with the post."""
    body = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    links = [stored_url(upload(shop, body, name).id) for name in ("old.doc", "old.ppt")]
    posts = [
        shop.accept("paper", "document", platforms=["linkedin"], documentUrl=link) for link in links
    ]
    shop.run_to_end(*posts)
    kinds = [media.content_type for post in posts for media in shop.media(post)]
    assert kinds == ["application/msword", "application/vnd.ms-powerpoint"]
