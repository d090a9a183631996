"""Edits, removals and retries, before and after the provider has the post."""

import hashlib
from urllib.parse import quote

import pytest

from api.errors import status_of
from models.posts import Post
from services.errors import Conflict
from tests.integration.worker.pipeline_observer import assert_published_once
from tests.integration.worker.post_changes import edit_post, remove_post, retry_post
from tests.integration.worker.worker_harness import WorkerHarness
from tests.sample_files import JPEG

FAR = 7200


def _on_timer(harness: WorkerHarness, post: Post) -> None:
    def handed_over() -> bool:
        states = {each.status for each in harness.deliveries(post).values()}
        return states == {"scheduled"} and harness.read_job(post.id).claim is None

    harness.dispatch_until(handed_over, what="the provider's timer")


def _stages(harness: WorkerHarness) -> dict[str, int]:
    found: dict[str, int] = harness.simulator_state("summary")["stages"]
    return found


def test_a_post_that_nobody_has_seen_is_cancelled_at_once(harness: WorkerHarness) -> None:
    """Nothing exists at the provider, so there is nothing to wait for."""
    post = harness.schedule(FAR, platforms=["x", "facebook"])
    assert remove_post(harness, post).status == "cancelled"
    assert {each.status for each in harness.deliveries(post).values()} == {"cancelled"}
    harness.dispatch_until(lambda: harness.read_job(post.id).wake_at is None, what="the job's rest")
    assert _stages(harness) == {}


def test_a_post_on_the_timer_is_taken_off_and_deleted(harness: WorkerHarness) -> None:
    """`cancelling` until the provider confirms, then `cancelled`, and nothing is left there."""
    post = harness.schedule(FAR, platforms=["x", "facebook"])
    _on_timer(harness, post)
    assert remove_post(harness, post).status == "cancelling"
    (ended,) = harness.run_to_end(post)
    assert (ended.status, ended.reason) == ("cancelled", "removed")
    assert all(row["deleted"] for row in harness.simulator_state("posts")["posts"])
    assert harness.list_publications(post) == []
    assert remove_post(harness, post).status == "cancelled"


@pytest.mark.parametrize("kind", ["lost_answer", "server_error", "rate_limit"])
@pytest.mark.parametrize("call", ["stage_post", "delete_post"])
def test_a_removal_outlives_the_provider_s_troubles(
    harness: WorkerHarness, kind: str, call: str
) -> None:
    """Whatever responses are lost, it ends as cancelled."""
    post = harness.schedule(FAR, platforms=["x"])
    _on_timer(harness, post)
    harness.inject_fault(kind=kind, call=call, seconds=0.2)
    remove_post(harness, post)
    (ended,) = harness.run_to_end(post)
    assert ended.status == "cancelled", harness.step_outcomes(post)
    assert all(row["deleted"] for row in harness.simulator_state("posts")["posts"])


def test_an_edit_reaches_what_the_timer_has(harness: WorkerHarness) -> None:
    """Off the timer, updated, and back on the timer, with the same remote post."""
    post = harness.schedule(FAR, "before", platforms=["x"])
    _on_timer(harness, post)
    (remote,) = {each.remote_id for each in harness.deliveries(post).values()}
    assert edit_post(harness, post, caption="after", seconds=12).status == "scheduled"
    assert_published_once(harness, *harness.run_to_end(post))
    assert "unschedule done" in harness.step_outcomes(post)
    assert {each.remote_id for each in harness.deliveries(post).values()} == {remote}
    (out,) = harness.simulator_state("ledger")["publications"]
    assert out["captionSha256"] == hashlib.sha256(b"after").hexdigest()


@pytest.mark.parametrize("kind", ["lost_answer", "server_error"])
def test_an_unschedule_without_an_answer_makes_the_post_anew(
    harness: WorkerHarness, kind: str
) -> None:
    """That call may still arrive: so its remote post is never used again."""
    post = harness.schedule(FAR, platforms=["x"])
    _on_timer(harness, post)
    (before,) = {each.remote_id for each in harness.deliveries(post).values()}
    harness.inject_fault(kind=kind, call="stage_post")
    edit_post(harness, post, seconds=12)
    assert_published_once(harness, *harness.run_to_end(post))
    (after,) = {each.remote_id for each in harness.deliveries(post).values()}
    assert after != before
    assert "delete done" in harness.step_outcomes(post)


def test_an_edit_to_a_draft_stays_scheduled_until_it_is_off_the_timer(
    harness: WorkerHarness,
) -> None:
    """A post that may still be published is not called a draft."""
    post = harness.schedule(FAR, platforms=["x"])
    _on_timer(harness, post)
    assert edit_post(harness, post, mode="draft").status == "scheduled"
    harness.dispatch_until(lambda: harness.post(post.id).status == "draft", what="the draft")
    harness.dispatch_until(
        lambda: _stages(harness) == {"DRAFT": 1}, what="the draft at the provider"
    )
    assert edit_post(harness, post, seconds=12).status == "scheduled"
    assert_published_once(harness, *harness.run_to_end(post))


def test_what_is_out_or_going_out_is_refused(harness: WorkerHarness) -> None:
    """409, and nothing changes."""
    post = harness.accept(platforms=["x"])
    harness.run_to_end(post)
    near = harness.schedule(20, platforms=["facebook"])
    _on_timer(harness, near)
    for act in (remove_post, lambda *a: edit_post(*a, caption="late"), retry_post):
        with pytest.raises(Conflict) as refusal:
            act(harness, post)
        assert status_of(refusal.value) == 409
    for act in (remove_post, lambda *a: edit_post(*a, caption="late")):
        with pytest.raises(Conflict, match="within 30 s"):
            act(harness, near)
    assert harness.post(near.id).content_version == near.content_version


def test_a_retry_acts_on_the_failed_account_alone(harness: WorkerHarness) -> None:
    """`partial`, and then only the failed account; the published delivery is not touched."""
    post = harness.accept("[[refuse:instagram]]", "photo", platforms=["x", "instagram"],
                       photoUrls=[harness.serve_file("one.jpg")])  # fmt: skip
    (ended,) = harness.run_to_end(post)
    assert ended.status == "partial"
    before = harness.deliveries(post)
    assert before["instagram"].error
    with pytest.raises(Conflict):
        remove_post(harness, post)
    calls = harness.simulator_state("calls")["calls"]["put_blob"]
    retry_post(harness, post)
    (again,) = harness.run_to_end(post)
    assert again.status == "partial", "the network refuses the caption still"
    after = harness.deliveries(post)
    assert (after["x"].remote_id, after["x"].published_at) == (
        before["x"].remote_id, before["x"].published_at,
    )  # fmt: skip
    assert after["instagram"].remote_id != before["instagram"].remote_id
    assert harness.simulator_state("calls")["calls"]["put_blob"] == calls


def test_an_edit_repairs_a_failed_post(harness: WorkerHarness) -> None:
    """New text and a new time: it starts again, and is published."""
    post = harness.accept("[[refuse]]", platforms=["x"])
    (ended,) = harness.run_to_end(post)
    assert ended.status == "failed"
    assert edit_post(harness, post, caption="polite", seconds=10).reason is None
    (again,) = harness.run_to_end(post)
    assert again.status == "published"


def test_a_file_that_failed_is_fetched_again_by_a_retry(harness: WorkerHarness) -> None:
    """The URL was broken and is fixed; a retry starts with a new budget."""
    link = harness.serve_file("one.jpg")
    (harness.folder / "one.jpg").unlink()
    post = harness.accept("photo", "photo", platforms=["x"], photoUrls=[link])
    (ended,) = harness.run_to_end(post)
    assert ended.status == "failed"
    harness.serve_file("one.jpg", JPEG)
    retry_post(harness, post)
    assert_published_once(harness, *harness.run_to_end(post))


def test_a_post_taken_off_the_timer_by_somebody_else_is_not_published(
    harness: WorkerHarness,
) -> None:
    """A draft at its slot: a person at the provider decided so, and the reason says it."""
    post = harness.schedule(12, platforms=["x"])
    _on_timer(harness, post)
    (remote,) = {each.remote_id for each in harness.deliveries(post).values()}
    headers = {"X-API-ID": "app", "X-API-KEY": "key"}
    url = f"{harness.simulator.base_url}/posts/{quote(remote or '', safe='')}/stage/unschedule"
    harness.http.patch(url, headers=headers).raise_for_status()
    (ended,) = harness.run_to_end(post)
    assert ended.status == "failed"
    assert "taken off the timer" in (ended.reason or "")
    assert harness.list_publications(post) == []
