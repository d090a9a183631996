"""Edits of files, networks and accounts, while a worker or the provider has the post."""

import hashlib
from datetime import datetime
from threading import Event
from typing import Any

import pytest
from sqlmodel import Session

from models.posts import Post
from services.inputs.post_bodies import EditBody
from services.posts.edit import edit
from services.posts.lookup import PostWithSettings
from tests.integration.worker.pipeline_observer import assert_published_once
from tests.integration.worker.post_changes import change_post, edit_post, retry_post
from tests.integration.worker.worker_harness import WorkerHarness
from tests.sample_files import JPEG
from worker.steps import upload as step

FAR = 7200
OTHER_JPEG = JPEG + b"another picture"


def _on_timer(harness: WorkerHarness, post: Post) -> None:
    def handed_over() -> bool:
        states = {each.status for each in harness.deliveries(post).values()}
        return states == {"scheduled"} and harness.read_job(post.id).claim is None

    harness.dispatch_until(handed_over, what="the provider's timer")


def _photo(harness: WorkerHarness, content: bytes = JPEG, name: str = "old.jpg") -> dict[str, Any]:
    return {"photoUrls": [harness.serve_file(name, content)]}


def _live(harness: WorkerHarness) -> list[dict[str, Any]]:
    return [row for row in harness.simulator_state("posts")["posts"] if not row["deleted"]]


def test_other_files_and_networks_reach_what_the_timer_has(harness: WorkerHarness) -> None:
    """Both timers are off before a file is sent; the new file is on the network that stayed and on
    the one that came, and nothing of the one that went is left."""
    post = harness.schedule(FAR, "Hello", "photo", platforms=["x", "facebook"], **_photo(harness))
    _on_timer(harness, post)
    before = harness.deliveries(post)
    new = _photo(harness, OTHER_JPEG, "new.jpg")
    edit_post(harness, post, platforms=["x", "linkedin"], **new)
    _on_timer(harness, post)
    after = harness.deliveries(post)
    assert after.keys() == {"x", "linkedin"}
    assert after["x"].remote_id == before["x"].remote_id
    (upload,) = harness.uploads(post)
    assert upload.sha256 == hashlib.sha256(OTHER_JPEG).hexdigest()
    files = {row["id"]: row["files"] for row in _live(harness)}
    assert files == {each.remote_id: ["new.jpg"] for each in after.values()}
    steps = harness.step_outcomes(post)
    last_upload = len(steps) - steps[::-1].index("upload done") - 1
    assert {"unschedule done", "delete done"} <= {*steps[:last_upload]}
    assert harness.post(post.id).platforms == ["x", "linkedin"]


def test_a_network_that_nobody_has_seen_is_off_at_once(harness: WorkerHarness) -> None:
    """No worker has taken the post yet: the row goes with the edit."""
    post = harness.schedule(FAR, platforms=["x", "facebook"])
    edit_post(harness, post, platforms=["x"])
    assert harness.deliveries(post).keys() == {"x"}
    _on_timer(harness, post)
    assert len(_live(harness)) == 1


@pytest.mark.parametrize("kind", ["lost_answer", "server_error"])
def test_a_network_is_off_after_any_trouble(harness: WorkerHarness, kind: str) -> None:
    """Its delete is repeated until the provider confirms; the other network goes on."""
    post = harness.schedule(FAR, platforms=["x", "facebook"])
    _on_timer(harness, post)
    harness.inject_fault(kind=kind, call="delete_post", seconds=0.2)
    edit_post(harness, post, platforms=["x"])
    harness.dispatch_until(lambda: len(harness.deliveries(post)) == 1, what="the removal")
    _on_timer(harness, post)
    assert harness.deliveries(post).keys() == {"x"}
    assert [row["stage"] for row in _live(harness)] == ["SCHEDULED"]


def test_a_network_comes_back_before_it_is_off(harness: WorkerHarness) -> None:
    """A second edit takes the removal back: the same remote posts are on the timer."""
    post = harness.schedule(FAR, platforms=["x", "facebook"])
    _on_timer(harness, post)
    before = {each.remote_id for each in harness.deliveries(post).values()}

    def change_twice(session: Session, found: PostWithSettings, now: datetime) -> None:
        for platforms in (["x"], ["x", "facebook"]):
            edit(session, harness.context(), found, EditBody(platforms=platforms), now)

    change_post(harness, post, change_twice)
    _on_timer(harness, post)
    assert {each.remote_id for each in harness.deliveries(post).values()} == before
    assert {row["id"] for row in _live(harness)} == before


def test_a_failed_network_is_replaced_and_a_live_one_stays(harness: WorkerHarness) -> None:
    """After the retry the post is published: on the live network as it was, on the other one with
    the new text."""
    text = "[[refuse:instagram]]"
    post = harness.accept(text, "photo", platforms=["x", "instagram"], **_photo(harness))
    assert harness.run_to_end(post)[0].status == "partial"
    live = harness.deliveries(post)["x"]
    edit_post(harness, post, platforms=["facebook"], caption="Polite words")
    assert harness.post(post.id).status == "partial"
    retry_post(harness, post)
    assert_published_once(harness, *harness.run_to_end(post))
    after = harness.deliveries(post)
    assert after.keys() == {"x", "facebook"}
    assert (after["x"].remote_id, after["x"].published_at) == (live.remote_id, live.published_at)


def test_a_file_that_a_worker_is_sending_is_replaced(
    harness: WorkerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The running upload has no row to write to any more; the new file is what the timer has."""
    sending, edited = Event(), Event()

    send = step._uploaded_columns  # the last thing that an upload does

    def wait_for_the_edit(*arguments: Any) -> dict[str, object]:  # noqa: ANN401
        sending.set()
        assert edited.wait(30)
        return send(*arguments)

    monkeypatch.setattr(step, "_uploaded_columns", wait_for_the_edit)
    post = harness.schedule(FAR, "Hello", "photo", platforms=["x"], **_photo(harness))
    harness.dispatch_until(sending.is_set, what="the upload")
    edit_post(harness, post, **_photo(harness, OTHER_JPEG, "new.jpg"))
    edited.set()
    _on_timer(harness, post)
    (upload,) = harness.uploads(post)
    assert upload.sha256 == hashlib.sha256(OTHER_JPEG).hexdigest()
    assert [row["files"] for row in _live(harness)] == [["new.jpg"]]
