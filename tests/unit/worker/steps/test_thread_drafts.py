"""The thread of a draft: what follows the post on this account, each text with its files there."""

from typing import cast

from models.snapshot import ConnectionView, DeliveryView, MediaView, PostView, UploadView
from provider.protocol import Draft, Provider, ThreadPart
from provider.swonkie.request_bodies import create_body
from tests.unit.worker.snapshot_builders import NOW, delivery, media, post, snapshot
from worker.media_fetch import Fetcher
from worker.planner.policy import Policy
from worker.steps.step_context import StepContext

BLUESKY = ConnectionView("other", "bluesky")
OWN = media(id="own")


def file(number: int, part: int, alt_text: str | None = None) -> UploadView:
    """A photo of a text of the thread, ready on Bluesky alone."""
    source = MediaView(f"file {number}", number, "sealed", None, alt_text, part, "photo")
    return UploadView(source, BLUESKY, id=source.id, remote_id=f"remote {number}")


def draft_of(target: DeliveryView, of: PostView, *files: UploadView) -> Draft:
    """The draft of a delivery, with these files."""
    found = snapshot(OWN, *files, target, of=of)
    context = StepContext(
        found, cast("Provider", None), cast("Fetcher", None), cast("Policy", None), NOW
    )
    return context.draft(target)


def test_each_text_has_its_own_files() -> None:
    """In their order, with their alt texts; the post's own files are none of them."""
    files = [file(1, 1, "A loaf"), file(2, 1), file(3, 3)]
    target = delivery(platform="bluesky", connection=BLUESKY)
    thread = draft_of(target, post(thread=["two", "three", ""]), *files).thread
    assert [each.text for each in thread] == ["two", "three", ""]
    assert [[(file.id, file.alt_text) for file in each.media] for each in thread] == [
        [("remote 1", "A loaf"), ("remote 2", "")], [], [("remote 3", "")],
    ]  # fmt: skip


def test_a_text_with_a_file_is_no_first_comment() -> None:
    """Although the file is not at this connection, which has no use for it: the text alone would
    not be what was written."""
    target = delivery(platform="facebook")
    with_file = draft_of(target, post(thread=["See the photo"]), file(1, 1))
    assert "firstComment" not in create_body(with_file)["captions"][0]
    alone = draft_of(target, post(thread=["At 8"]))
    assert create_body(alone)["captions"][0]["firstComment"] == {"plainText": "At 8"}


def test_the_networks_own_field_leaves_no_thread() -> None:
    """Also where a version for the account gives the field; other networks get the thread."""
    version = {"bluesky": {"platformFields": {"blueskyThreadItems": '["here"]'}}}
    row = post(thread=["for all"], versions=version)
    own = delivery(platform="bluesky", connection=BLUESKY)
    assert draft_of(own, row).thread == ()
    assert draft_of(delivery(platform="facebook"), row).thread == (ThreadPart("for all"),)
