"""Callers' own files: from our storage to the provider, with the same checks as any other."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

from media.stored_urls import stored_url
from models.posts import Post
from models.store import stored_files
from models.stored_files import StoredFile
from services.uploads.store_upload import IncomingFile, store_upload
from tests.integration.worker.post_changes import retry_post
from tests.integration.worker.worker_harness import WorkerHarness
from tests.sample_files import JPEG, VIDEO_MP4


def upload(harness: WorkerHarness, body: bytes, name: str = "") -> StoredFile:
    """Store a file as POST media does."""

    async def chunks() -> AsyncIterator[bytes]:
        yield body

    return asyncio.run(
        store_upload(harness.context(), harness.organization_id, IncomingFile(name, "", chunks()))
    )


def photo(harness: WorkerHarness, file: StoredFile) -> Post:
    """A photo post with this file, to publish now."""
    return harness.accept("photo", "photo", photoUrls=[stored_url(file.id)])


def lose(harness: WorkerHarness, file: StoredFile) -> None:
    """The object is missing, though its row exists."""
    harness.storage.delete([file.id])


def test_a_post_goes_live_with_an_own_file(harness: WorkerHarness) -> None:
    """It is uploaded to the provider unchanged, and published once."""
    body = JPEG + bytes(5_000_000)
    file = upload(harness, body, "Two loaves.jpg")
    post = photo(harness, file)
    (ended,) = harness.run_to_end(post)
    assert (ended.status, ended.reason) == ("published", None)
    (media,), (sent,) = harness.media(post), harness.uploads(post)
    assert (media.stored_file_id, sent.status) == (file.id, "ready")
    assert (sent.size, sent.sha256) == (len(body), hashlib.sha256(body).hexdigest())
    assert len(harness.list_publications(post)) == 1


def test_the_minimum_duration_holds_for_own_videos(harness: WorkerHarness) -> None:
    """A video of three seconds fails a minimum of four, with the usual reason."""
    harness.set_minimum_duration(4)
    link = stored_url(upload(harness, VIDEO_MP4.read_bytes()).id)
    post = harness.accept("video", "video", platforms=["youtube"], videoUrl=link)
    (ended,) = harness.run_to_end(post)
    assert ended.status == "failed"
    assert "minimum is 4 s" in str(ended.reason)


def test_a_file_that_is_gone_fails_its_post_with_words(harness: WorkerHarness) -> None:
    """At once, and nothing is created at the provider: a retry would not help."""
    lost, deleted = upload(harness, JPEG), upload(harness, JPEG)
    posts = [photo(harness, lost), photo(harness, deleted)]
    lose(harness, lost)
    with harness.database.write() as session:  # as pruning does, once its post has ended
        session.delete(session.get_one(StoredFile, deleted.id))
    for ended in harness.run_to_end(*posts):
        assert ended.status == "failed"
        assert "no longer in the storage" in str(ended.reason)
    assert harness.simulator_state("calls")["calls"].get("initiate_media", 0) == 0


def test_a_failed_post_is_retried_with_its_file(harness: WorkerHarness) -> None:
    """The provider cannot process its uploads; a person retries the post, and it is published."""
    harness.inject_fault(kind="media_error", times=4)
    post = photo(harness, upload(harness, JPEG))
    (ended,) = harness.run_to_end(post)
    assert ended.status == "failed"
    retry_post(harness, post)
    (ended,) = harness.run_to_end(post)
    assert ended.status == "published"


def test_a_file_that_a_post_is_made_with_is_held(harness: WorkerHarness) -> None:
    """A file cannot be deleted before its post has ended; another organization's file cannot be
    used."""
    file = upload(harness, JPEG)
    post = photo(harness, file)
    with harness.database.write() as session:
        assert stored_files.remove(session, harness.organization_id, file.id) is False
        assert stored_files.remove(session, "0" * 32, file.id) is None
    harness.run_to_end(post)
    with harness.database.write() as session:
        assert stored_files.remove(session, harness.organization_id, file.id) is True
    assert [media.stored_file_id for media in harness.media(post)] == [None]


def test_an_old_office_file_is_told_apart_by_its_name(harness: WorkerHarness) -> None:
    """Its first bytes are ambiguous: the name of the upload is stored with the post."""
    body = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    links = [stored_url(upload(harness, body, name).id) for name in ("old.doc", "old.ppt")]
    posts = [
        harness.accept("paper", "document", platforms=["linkedin"], documentUrl=link)
        for link in links
    ]
    harness.run_to_end(*posts)
    kinds = [each.content_type for post in posts for each in harness.uploads(post)]
    assert kinds == ["application/msword", "application/vnd.ms-powerpoint"]
