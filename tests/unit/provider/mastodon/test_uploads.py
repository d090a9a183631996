"""Files: sent in a form, waited for, and described."""

import pytest

from provider.errors import GiveUp, OutcomeUnknown, RestartUpload, Retry
from provider.mastodon.client import Mastodon
from provider.protocol import DraftMedia, FileSpec, MediaState
from tests.provider.uploads import upload_file
from tests.unit.provider.mastodon.publisher import Publisher


def upload(publisher: Publisher, content_type: str, content: bytes = b"bytes") -> str:
    """The media id of an uploaded file."""
    spec = FileSpec("loaf.bin", content_type, len(content))
    return publisher.use(lambda one: upload_file(one, spec, content))


def state_of(publisher: Publisher, media_id: str) -> MediaState:
    """Whether the file can be used."""
    return publisher.use(lambda one: one.readiness(media_id)).state


def test_a_photo_is_ready_and_described(publisher: Publisher) -> None:
    """Its alt text is set before the post is public."""
    media_id = upload(publisher, "image/png")
    assert state_of(publisher, media_id) is MediaState.READY
    media = (DraftMedia(media_id, "image/png", "a loaf"),)
    publisher.publish(publisher.draft("photo", media=media))
    (status,) = publisher.statuses
    assert [(each.id, each.description) for each in status.media] == [(media_id, "a loaf")]


def test_a_video_is_waited_for(publisher: Publisher) -> None:
    """The server works on it (202, then 206): a post with it is not refused for good."""
    media_id = upload(publisher, "video/mp4")
    media = (DraftMedia(media_id, "video/mp4"),)
    with pytest.raises(Retry, match="still working"):
        publisher.publish(publisher.draft("video", media=media))
    assert state_of(publisher, media_id) is MediaState.PENDING
    assert state_of(publisher, media_id) is MediaState.READY
    publisher.publish(publisher.draft("video", media=media))
    assert publisher.texts == ["video"]


def test_a_file_that_is_gone(publisher: Publisher) -> None:
    """It is uploaded again; the first text of a thread does not go out without the file of its
    last."""
    assert state_of(publisher, "1") is MediaState.GONE
    thread = publisher.draft("one", "two")
    part = thread.thread[0].__class__("two", (DraftMedia("1", "image/png"),))
    with pytest.raises(RestartUpload):
        publisher.publish(publisher.draft("one", thread=(part,)))
    assert publisher.texts == []


@pytest.mark.parametrize("content_type", ["text/plain", "image/png"])
def test_a_file_that_is_refused(publisher: Publisher, content_type: str) -> None:
    """A wrong type, and one that is too large: no repetition helps, and the server says why."""
    size = 10 if content_type == "text/plain" else 2 * 1024 * 1024
    with pytest.raises(GiveUp, match="Validation failed"):
        upload(publisher, content_type, bytes(size))


def test_photos_and_a_video_are_not_mixed(publisher: Publisher) -> None:
    """It is said before anything is sent."""
    media = (DraftMedia("1", "image/png"), DraftMedia("2", "video/mp4"))
    with pytest.raises(GiveUp, match="not both"):
        publisher.publish(publisher.draft("both", media=media))


def test_a_doubt_is_no_lost_file(publisher: Publisher) -> None:
    """The file of a status whose answer was lost belongs to it: who publishes again without looking
    is told to upload it again."""
    media = (DraftMedia(upload(publisher, "image/png"), "image/png"),)
    draft = publisher.draft("photo", media=media)
    publisher.sandbox.inject("lost_answer", "POST statuses")
    with pytest.raises(OutcomeUnknown):
        publisher.publish(draft)

    async def find(one: Mastodon) -> list[str]:
        return [each.id for each in await one.find(draft)]

    assert publisher.use(find) == [each.id for each in publisher.statuses]
    with pytest.raises(RestartUpload):
        publisher.publish(draft)
