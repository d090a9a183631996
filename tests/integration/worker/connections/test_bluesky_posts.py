"""Posts to Bluesky: each is there once, at its instant, and what is wrong waits and says so."""

import io
import json
import random
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlmodel import select

from models.posts import Upload
from models.statuses import DeliveryStatus, PostStatus
from simulator.bluesky import BlueskySandbox
from tests.integration.worker.connections.bluesky_harness import BlueskyHarness
from tests.integration.worker.post_changes import edit_post, remove_post
from tests.sample_files import MP4

APPLY_WRITES = "applyWrites"


def inject(sandbox: BlueskySandbox, kind: str, call: str, **more: Any) -> None:  # noqa: ANN401
    """Make the next call of this name fail."""
    body = {"kind": kind, "call": call, **more}
    httpx.post(f"{sandbox.url}/_simulator/faults", json=body).raise_for_status()


def count_calls(sandbox: BlueskySandbox, name: str) -> int:
    """How often a call came in."""
    calls = httpx.get(f"{sandbox.url}/_simulator/calls").json()["calls"]
    return int(calls.get(f"com.atproto.{name}", 0))


def photo(side: int) -> bytes:
    """A photo of noise, which does not compress: 1,400 pixels make more than two million bytes."""
    noise = random.Random(7).randbytes(side * side * 3)
    file = io.BytesIO()
    Image.frombytes("RGB", (side, side), noise).save(file, "JPEG", quality=95)
    return file.getvalue()


def test_a_post_is_a_record_at_its_instant(bluesky: BlueskyHarness) -> None:
    """A text with emoji and a hashtag: one record, not before its slot, and its link is stored."""
    harness, account = bluesky.harness, bluesky.connect()
    text = "Guten Morgen 👩‍👩‍👧‍👦 #brot مرحبا"
    post = harness.schedule(2, text, platforms=["bluesky"])
    (ended,) = harness.run_to_end(post)
    assert (ended.status, ended.reason) == (PostStatus.PUBLISHED, None)
    (record,) = bluesky.pds.list_records(account.did)
    assert record["value"]["text"] == text
    created = datetime.fromisoformat(record["value"]["createdAt"])
    assert ended.scheduled_for is not None
    assert timedelta(0) <= created - ended.scheduled_for < timedelta(seconds=1.5)
    (delivery,) = harness.deliveries(post).values()
    key = record["uri"].rpartition("/")[2]
    assert (delivery.remote_id, delivery.sent_version) == (key, 1)
    assert delivery.link == f"https://bsky.app/profile/{account.did}/post/{key}"
    assert "create done" not in harness.step_outcomes(post)


def test_photos_have_alt_texts_and_sizes(bluesky: BlueskyHarness) -> None:
    """Each blob is whole; a photo over the network's limit was made smaller, and the history says
    so."""
    harness, account = bluesky.harness, bluesky.connect()
    small, large = photo(40), photo(1400)
    assert len(large) > 2_000_000
    links = [harness.serve_file("one.jpg", small), harness.serve_file("two.jpg", large)]
    post = harness.accept(
        "photos", "photo", platforms=["bluesky"], photoUrls=links, altTexts=["A loaf", "Noise"]
    )
    (ended,) = harness.run_to_end(post)
    assert (ended.status, ended.reason) == (PostStatus.PUBLISHED, None)
    (record,) = bluesky.pds.list_records(account.did)
    images = record["value"]["embed"]["images"]
    assert [each["alt"] for each in images] == ["A loaf", "Noise"]
    assert images[0]["aspectRatio"] == {"width": 40, "height": 40}
    assert images[1]["aspectRatio"]["width"] == images[1]["aspectRatio"]["height"]
    blobs = [each["image"] for each in images]
    assert bluesky.pds.get_blob(account.did, blobs[0]["ref"]["$link"]) == small
    assert blobs[1]["size"] <= 2_000_000
    notes = [each.error or "" for each in harness.history(post) if each.step == "upload"]
    assert any("scaled down from" in note for note in notes)


def test_a_video_is_one_blob(bluesky: BlueskyHarness) -> None:
    """A video post has the file as its embed."""
    harness, account = bluesky.harness, bluesky.connect()
    post = harness.accept(
        "video", "video", platforms=["bluesky"], videoUrl=harness.serve_file("v.mp4")
    )
    (ended,) = harness.run_to_end(post)
    assert (ended.status, ended.reason) == (PostStatus.PUBLISHED, None)
    (record,) = bluesky.pds.list_records(account.did)
    blob = record["value"]["embed"]["video"]
    assert bluesky.pds.get_blob(account.did, blob["ref"]["$link"]) == MP4


def test_a_thread_is_whole(bluesky: BlueskyHarness) -> None:
    """The posts of a thread are published together, in order, each a reply to the one before."""
    harness, account = bluesky.harness, bluesky.connect()
    items = json.dumps(["second", "third"])
    post = harness.accept(
        "first", platforms=["bluesky"], platformFields={"blueskyThreadItems": items}
    )
    harness.run_to_end(post)
    third, second, first = bluesky.pds.list_records(account.did)
    assert [each["value"]["text"] for each in (first, second, third)] == [
        "first", "second", "third",
    ]  # fmt: skip
    assert third["value"]["reply"]["parent"]["uri"] == second["uri"]
    assert third["value"]["reply"]["root"]["uri"] == first["uri"]


def test_a_thread_has_its_files(bluesky: BlueskyHarness) -> None:
    """A text post with a thread of photos and a video: each file is in the record of its text, and
    the organization's minimum for videos is one for the posts' own. Facebook, which does not take
    the thread, gets none of its files."""
    harness, account = bluesky.harness, bluesky.connect()
    harness.set_minimum_duration(600)
    links = [harness.serve_file(f"{side}.jpg", photo(side)) for side in (40, 60)]
    thread = [
        {"text": "second", "photoUrls": links, "altTexts": ["A loaf"]},
        {"text": "third", "videoUrl": harness.serve_file("v.mp4")},
    ]
    post = harness.accept("first", platforms=["bluesky", "facebook"], thread=thread)
    (ended,) = harness.run_to_end(post)
    assert (ended.status, ended.reason) == (PostStatus.PUBLISHED, None)
    deliveries = harness.deliveries(post)
    assert deliveries["facebook"].not_carried == ["thread"]
    with harness.database.read() as session:
        used = {each.connection_id for each in session.exec(select(Upload))}
    assert used == {deliveries["bluesky"].connection_id}
    third, second, first = (each["value"] for each in bluesky.pds.list_records(account.did))
    assert (first["text"], "embed" in first) == ("first", False)
    assert [each["alt"] for each in second["embed"]["images"]] == ["A loaf", ""]
    assert second["embed"]["images"][1]["aspectRatio"] == {"width": 60, "height": 60}
    blob = third["embed"]["video"]
    assert bluesky.pds.get_blob(account.did, blob["ref"]["$link"]) == MP4


@pytest.mark.parametrize("kind", ["lost_answer", "lost_request", "server_error", "hang"])
def test_a_lost_answer_is_asked_for_by_repeating(
    bluesky: BlueskyHarness, sandbox: BlueskySandbox, kind: str
) -> None:
    """Whether the call was done or not: the same call is made again, and there is one record."""
    harness, account = bluesky.harness, bluesky.connect()
    inject(sandbox, kind, APPLY_WRITES, seconds=0.2)
    post = harness.accept("once", platforms=["bluesky"])
    (ended,) = harness.run_to_end(post)
    assert (ended.status, bluesky.texts(account)) == (PostStatus.PUBLISHED, ["once"])


def test_one_session_serves_many_posts_and_workers(
    bluesky: BlueskyHarness, sandbox: BlueskySandbox
) -> None:
    """Two workers and twenty posts: the app password opens one session, stored encrypted."""
    harness, account = bluesky.harness, bluesky.connect()
    bluesky.start_runner()
    posts = [harness.accept(f"post {number}", platforms=["bluesky"]) for number in range(20)]
    harness.run_to_end(*posts)
    assert sorted(bluesky.texts(account)) == sorted(f"post {number}" for number in range(20))
    opened = count_calls(sandbox, "server.createSession")
    session = bluesky.connection_of(account).session
    assert opened <= 2  # one by the test's own client, which made the account, and one by a worker
    assert session is not None
    assert "accessJwt" not in session
    assert account.did not in session


def test_a_revoked_app_password_holds_the_posts_until_a_person_reconnects(
    bluesky: BlueskyHarness,
) -> None:
    """The account needs attention, the post says why it waits, and goes when it is connected."""
    harness, account = bluesky.harness, bluesky.connect()
    bluesky.pds.revoke_app_password(account)
    post = harness.accept("later", platforms=["bluesky"])
    held = harness.dispatch_until(
        lambda: [each for each in harness.deliveries(post).values() if each.is_held],
        what="the post waits for its account",
    )
    assert "connect it again" in (held[0].error or "")
    assert bluesky.texts(account) == []
    again = bluesky.pds.with_app_password(account, "another")
    bluesky.connect(again)
    (ended,) = harness.run_to_end(post)
    assert (ended.status, bluesky.texts(account)) == (PostStatus.PUBLISHED, ["later"])


def test_a_removed_post_is_never_published(bluesky: BlueskyHarness) -> None:
    """Before its slot nothing is at the network: it is cancelled at once, and stays away."""
    harness, account = bluesky.harness, bluesky.connect()
    gone, kept = (harness.schedule(2, text, platforms=["bluesky"]) for text in ("gone", "kept"))
    remove_post(harness, gone)
    (ended,) = harness.run_to_end(kept)
    assert ended.status == PostStatus.PUBLISHED
    assert harness.post(gone.id).status == PostStatus.CANCELLED
    assert bluesky.texts(account) == ["kept"]


def test_an_edit_before_the_slot_is_what_goes_out(bluesky: BlueskyHarness) -> None:
    """The newest text is published, and no call was made for the older one."""
    harness, account = bluesky.harness, bluesky.connect()
    post = harness.schedule(2, "draft", platforms=["bluesky"])
    edit_post(harness, post, caption="final")
    harness.run_to_end(post)
    assert bluesky.texts(account) == ["final"]


def test_each_connection_waits_for_itself_alone(
    bluesky: BlueskyHarness, sandbox: BlueskySandbox
) -> None:
    """One post to both: while Bluesky's server is away, the other network's delivery goes out, and
    a retry later touches only what failed."""
    harness, account = bluesky.harness, bluesky.connect()
    sandbox.stop()
    post = harness.accept("both", platforms=["x", "bluesky"])

    def is_out() -> bool:
        return harness.deliveries(post)["x"].status == DeliveryStatus.PUBLISHED

    harness.dispatch_until(is_out, what="the delivery to the other network")
    assert harness.deliveries(post)["bluesky"].status == DeliveryStatus.PENDING
    sandbox.start()
    (ended,) = harness.run_to_end(post)
    assert (ended.status, bluesky.texts(account)) == (PostStatus.PUBLISHED, ["both"])
    assert len(harness.simulator_state("ledger")["publications"]) == 1
