"""Edits, removals and retries, before and after the provider has the post."""

import hashlib
from urllib.parse import quote

import pytest

from api.errors import ApiError
from models.posts import Post
from tests.integration.worker.changing import edit_post, remove_post, retry_post
from tests.integration.worker.window import assert_published_once
from tests.integration.worker.workshop import WorkerHarness
from tests.samples import JPEG

FAR = 7200


def _on_timer(shop: WorkerHarness, post: Post) -> None:
    def handed_over() -> bool:
        states = {each.status for each in shop.deliveries(post).values()}
        return states == {"scheduled"} and shop.read_job(post.id).claim is None

    shop.dispatch_until(handed_over, what="the provider's timer")


def _stages(shop: WorkerHarness) -> dict[str, int]:
    found: dict[str, int] = shop.simulator_state("summary")["stages"]
    return found


def test_a_post_that_nobody_has_seen_is_cancelled_at_once(shop: WorkerHarness) -> None:
    """Nothing is at the provider, so there is nothing to wait for."""
    post = shop.schedule(FAR, platforms=["x", "facebook"])
    assert remove_post(shop, post).status == "cancelled"
    assert {each.status for each in shop.deliveries(post).values()} == {"cancelled"}
    shop.dispatch_until(lambda: shop.read_job(post.id).wake_at is None, what="the job's rest")
    assert _stages(shop) == {}


def test_a_post_on_the_timer_is_taken_off_and_deleted(shop: WorkerHarness) -> None:
    """`cancelling` until the provider said so, then `cancelled`, and nothing is left there."""
    post = shop.schedule(FAR, platforms=["x", "facebook"])
    _on_timer(shop, post)
    assert remove_post(shop, post).status == "cancelling"
    (ended,) = shop.run_to_end(post)
    assert (ended.status, ended.reason) == ("cancelled", "removed")
    assert all(row["deleted"] for row in shop.simulator_state("posts")["posts"])
    assert shop.list_publications(post) == []
    assert remove_post(shop, post).status == "cancelled"


@pytest.mark.parametrize("kind", ["lost_answer", "server_error", "rate_limit"])
@pytest.mark.parametrize("call", ["stage_post", "delete_post"])
def test_a_removal_outlives_the_provider_s_troubles(shop: WorkerHarness, kind: str, call: str) -> None:
    """Whatever answers are lost on the way, it ends as cancelled."""
    post = shop.schedule(FAR, platforms=["x"])
    _on_timer(shop, post)
    shop.inject_fault(kind=kind, call=call, seconds=0.2)
    remove_post(shop, post)
    (ended,) = shop.run_to_end(post)
    assert ended.status == "cancelled", shop.step_outcomes(post)
    assert all(row["deleted"] for row in shop.simulator_state("posts")["posts"])


def test_an_edit_reaches_what_the_timer_has(shop: WorkerHarness) -> None:
    """Off the timer, brought up to date, and back on it, with the same remote post."""
    post = shop.schedule(FAR, "before", platforms=["x"])
    _on_timer(shop, post)
    (remote,) = {each.remote_id for each in shop.deliveries(post).values()}
    assert edit_post(shop, post, caption="after", seconds=12).status == "scheduled"
    assert_published_once(shop, *shop.run_to_end(post))
    assert "unschedule done" in shop.step_outcomes(post)
    assert {each.remote_id for each in shop.deliveries(post).values()} == {remote}
    (out,) = shop.simulator_state("ledger")["publications"]
    assert out["captionSha256"] == hashlib.sha256(b"after").hexdigest()


@pytest.mark.parametrize("kind", ["lost_answer", "server_error"])
def test_an_unschedule_without_an_answer_makes_the_post_anew(shop: WorkerHarness, kind: str) -> None:
    """That call may still arrive: so its remote post is never used again."""
    post = shop.schedule(FAR, platforms=["x"])
    _on_timer(shop, post)
    (before,) = {each.remote_id for each in shop.deliveries(post).values()}
    shop.inject_fault(kind=kind, call="stage_post")
    edit_post(shop, post, seconds=12)
    assert_published_once(shop, *shop.run_to_end(post))
    (after,) = {each.remote_id for each in shop.deliveries(post).values()}
    assert after != before
    assert "delete done" in shop.step_outcomes(post)


def test_an_edit_to_a_draft_stays_scheduled_until_it_is_off_the_timer(shop: WorkerHarness) -> None:
    """What may still go out is not called a draft."""
    post = shop.schedule(FAR, platforms=["x"])
    _on_timer(shop, post)
    assert edit_post(shop, post, mode="draft").status == "scheduled"
    shop.dispatch_until(lambda: shop.post(post.id).status == "draft", what="the draft")
    shop.dispatch_until(lambda: _stages(shop) == {"DRAFT": 1}, what="the draft at the provider")
    assert edit_post(shop, post, seconds=12).status == "scheduled"
    assert_published_once(shop, *shop.run_to_end(post))


def test_what_is_out_or_going_out_is_refused(shop: WorkerHarness) -> None:
    """409, and nothing changes."""
    post = shop.accept(platforms=["x"])
    shop.run_to_end(post)
    near = shop.schedule(20, platforms=["facebook"])
    _on_timer(shop, near)
    for act in (remove_post, lambda *a: edit_post(*a, caption="late"), retry_post):
        with pytest.raises(ApiError) as refusal:
            act(shop, post)
        assert refusal.value.status == 409
    for act in (remove_post, lambda *a: edit_post(*a, caption="late")):
        with pytest.raises(ApiError, match="within 30 s"):
            act(shop, near)
    assert shop.post(near.id).content_version == near.content_version


def test_a_retry_acts_on_the_failed_account_alone(shop: WorkerHarness) -> None:
    """`partial`, and then the account that failed; what is out is not touched."""
    post = shop.accept("[[refuse:instagram]]", "photo", platforms=["x", "instagram"],
                       photoUrls=[shop.serve_file("one.jpg")])  # fmt: skip
    (ended,) = shop.run_to_end(post)
    assert ended.status == "partial"
    before = shop.deliveries(post)
    assert before["instagram"].error
    with pytest.raises(ApiError):
        edit_post(shop, post, caption="better")
    calls = shop.simulator_state("calls")["calls"]["put_blob"]
    retry_post(shop, post)
    (again,) = shop.run_to_end(post)
    assert again.status == "partial", "the network refuses the caption still"
    after = shop.deliveries(post)
    assert (after["x"].remote_id, after["x"].published_at) == (
        before["x"].remote_id, before["x"].published_at,
    )  # fmt: skip
    assert after["instagram"].remote_id != before["instagram"].remote_id
    assert shop.simulator_state("calls")["calls"]["put_blob"] == calls


def test_an_edit_repairs_a_failed_post(shop: WorkerHarness) -> None:
    """New words and a new instant: it starts again, and goes out."""
    post = shop.accept("[[refuse]]", platforms=["x"])
    (ended,) = shop.run_to_end(post)
    assert ended.status == "failed"
    assert edit_post(shop, post, caption="polite", seconds=10).reason is None
    (again,) = shop.run_to_end(post)
    assert again.status == "published"


def test_a_file_that_failed_is_fetched_again_by_a_retry(shop: WorkerHarness) -> None:
    """The link was dead; it was mended; a retry starts with a new budget."""
    link = shop.serve_file("one.jpg")
    (shop.folder / "one.jpg").unlink()
    post = shop.accept("photo", "photo", platforms=["x"], photoUrls=[link])
    (ended,) = shop.run_to_end(post)
    assert ended.status == "failed"
    shop.serve_file("one.jpg", JPEG)
    retry_post(shop, post)
    assert_published_once(shop, *shop.run_to_end(post))


def test_a_post_taken_off_the_timer_by_somebody_else_is_not_published(shop: WorkerHarness) -> None:
    """A draft at its slot: somebody at the provider decided so; the reason says it."""
    post = shop.schedule(12, platforms=["x"])
    _on_timer(shop, post)
    (remote,) = {each.remote_id for each in shop.deliveries(post).values()}
    headers = {"X-API-ID": "app", "X-API-KEY": "key"}
    url = f"{shop.simulator.base_url}/posts/{quote(remote or '', safe='')}/stage/unschedule"
    shop.http.patch(url, headers=headers).raise_for_status()
    (ended,) = shop.run_to_end(post)
    assert ended.status == "failed"
    assert "taken off the timer" in (ended.reason or "")
    assert shop.list_publications(post) == []
