"""Every state that a backup can hold: what went out after it is found, and goes out once."""

from collections.abc import Callable
from typing import Any

import pytest

from models.posts import Post
from models.statuses import UNAPPROVED, DeliveryStatus, PostStatus
from tests.integration.worker.pipeline_observer import assert_published_once
from tests.integration.worker.post_changes import edit_post, remove_post, retry_post
from tests.integration.worker.posts.row_backup import back_up
from tests.integration.worker.worker_harness import WorkerHarness

Change = Callable[[WorkerHarness, Post], object]
FAR = 3600.0


def show_one_page(harness: WorkerHarness) -> None:
    """The provider shows the first page of its lists, and no way to the others."""
    url = f"{harness.simulator.origin}/_simulator/lists"
    body = {"key": "key", "shape": "bare", "pageSize": 10}
    harness.http.put(url, json=body).raise_for_status()


def fill_page(harness: WorkerHarness) -> None:
    """Publish more posts than one page shows."""
    harness.run_to_end(*(harness.accept(f"Other {number}") for number in range(11)))


def publish_now(harness: WorkerHarness, post: Post) -> None:
    """Give the post an instant so near that it is published now."""
    edit_post(harness, post, seconds=1.5)
    harness.run_to_end(post)


def wait_for(harness: WorkerHarness, post: Post, status: DeliveryStatus) -> None:
    """Run until the post's deliveries have this status and its job is released."""
    harness.dispatch_until(
        lambda: (
            {each.status for each in harness.deliveries(post).values()} == {status}
            and harness.read_job(post.id).claim is None
        ),
        what=f"the status {status}",
    )


def test_a_known_remote_post_is_asked_for_not_searched(harness: WorkerHarness) -> None:
    """What the backup knows by its id needs no list: even where the list cannot be read to its end,
    it is found published."""
    post = harness.schedule(FAR)
    wait_for(harness, post, DeliveryStatus.SCHEDULED)
    backup = back_up(harness, post)
    publish_now(harness, post)
    fill_page(harness)
    show_one_page(harness)
    if harness.deliveries(post)["x"].remote_id == backup.rows[-1][1]["remote_id"]:
        backup.restore()
        harness.run_to_end(post)
        assert harness.post(post.id).status == PostStatus.PUBLISHED
        assert harness.simulator_state("summary")["doubled"] == 0
    else:
        pytest.fail("the edit replaced the remote post: nothing was tested")


def test_a_replaced_remote_post_is_found_by_its_marker(harness: WorkerHarness) -> None:
    """The remote post of the backup was deleted and made anew: the newer one is adopted, published
    as it is."""
    post = harness.schedule(FAR)
    wait_for(harness, post, DeliveryStatus.SCHEDULED)
    backup = back_up(harness, post)
    _replace(harness, post)
    backup.restore()
    harness.run_to_end(post)
    assert_published_once(harness, post)


def test_a_replaced_remote_post_behind_an_incomplete_list_is_unknown(
    harness: WorkerHarness,
) -> None:
    """The known one is gone, and the list cannot be read to its end: a person decides, and nothing
    is published twice."""
    post = harness.schedule(FAR)
    wait_for(harness, post, DeliveryStatus.SCHEDULED)
    backup = back_up(harness, post)
    _replace(harness, post)
    fill_page(harness)
    show_one_page(harness)
    backup.restore()
    (ended,) = harness.run_to_end(post)
    assert ended.status == PostStatus.UNKNOWN
    assert "may go on" in str(ended.reason)
    markers = [row["marker"] for row in harness.simulator_state("ledger")["publications"]]
    assert len(set(markers)) == len(markers)


def test_a_post_without_a_remote_id_behind_an_incomplete_list_is_unknown(
    harness: WorkerHarness,
) -> None:
    """Accepted before the backup, published after it: not found on the only page, and therefore not
    made anew."""
    post = harness.accept()
    backup = back_up(harness, post)
    harness.run_to_end(post)
    fill_page(harness)
    show_one_page(harness)
    backup.restore()
    (ended,) = harness.run_to_end(post)
    assert ended.status == PostStatus.UNKNOWN
    assert len(harness.simulator_state("ledger")["publications"]) == 12


def test_a_post_that_was_removed_after_the_backup_stays_so_until_a_person_retries(
    harness: WorkerHarness,
) -> None:
    """Its remote post is gone and there is no newer one: unknown. A retry makes it again, once."""
    post = harness.schedule(FAR)
    wait_for(harness, post, DeliveryStatus.SCHEDULED)
    backup = back_up(harness, post)
    remove_post(harness, post)
    harness.run_to_end(post)
    backup.restore()
    (ended,) = harness.run_to_end(post)
    assert ended.status == PostStatus.UNKNOWN
    assert "deleted at the provider" in str(ended.reason)
    retry_post(harness, post)
    wait_for(harness, post, DeliveryStatus.SCHEDULED)
    publish_now(harness, post)
    assert_published_once(harness, post)


def test_a_removal_in_the_backup_ends_where_the_remote_post_is_gone(
    harness: WorkerHarness,
) -> None:
    """The removal was asked for before the backup and carried out after it: cancelled."""
    post = harness.schedule(FAR)
    wait_for(harness, post, DeliveryStatus.SCHEDULED)
    remove_post(harness, post)
    backup = back_up(harness, post)
    harness.run_to_end(post)
    backup.restore()
    (ended,) = harness.run_to_end(post)
    assert ended.status == PostStatus.CANCELLED


def test_a_failed_post_that_went_out_by_a_retry_does_not_go_out_again(
    harness: WorkerHarness,
) -> None:
    """Failed in the backup, retried and published after it: the next retry finds that."""
    harness.inject_fault(kind="media_error", call="confirm_media", times=20)
    post = harness.accept(post_type="photo", photoUrls=[harness.serve_file("a.jpg")])
    (failed,) = harness.run_to_end(post)
    assert failed.status == PostStatus.FAILED
    backup = back_up(harness, post)
    harness.http.delete(f"{harness.simulator.origin}/_simulator/faults").raise_for_status()
    retry_post(harness, post)
    harness.run_to_end(post)
    backup.restore()
    assert harness.post(post.id).status == PostStatus.FAILED
    retry_post(harness, post)
    harness.run_to_end(post)
    assert_published_once(harness, post)


def test_a_failed_post_of_the_backup_can_be_edited_and_removed(harness: WorkerHarness) -> None:
    """The intent that makes a retry reconcile first is no call under way."""
    harness.inject_fault(kind="media_error", call="confirm_media", times=20)
    post = harness.accept(post_type="photo", photoUrls=[harness.serve_file("a.jpg")])
    harness.run_to_end(post)
    back_up(harness, post).restore()
    edit_post(harness, post, caption="Better")
    remove_post(harness, post)
    (ended,) = harness.run_to_end(post)
    assert ended.status == PostStatus.CANCELLED


def test_a_partial_post_of_the_backup_is_mended_where_it_failed(harness: WorkerHarness) -> None:
    """Its open intents do not keep a person from editing it. The first retry looks, and finds the
    refusal; the next one publishes the new words there, once."""
    post = harness.accept("[[refuse:linkedin]]", platforms=["x", "linkedin"])
    (ended,) = harness.run_to_end(post)
    assert ended.status == PostStatus.PARTIAL
    back_up(harness, post).restore()
    assert edit_post(harness, post, caption="Better words").status == PostStatus.PARTIAL
    for status in (PostStatus.PARTIAL, PostStatus.PUBLISHED):
        retry_post(harness, post)
        (ended,) = harness.run_to_end(post)
        assert ended.status == status
    assert sorted(network for network, _ in harness.list_publications(post)) == ["linkedin", "x"]


@pytest.mark.parametrize("status", [PostStatus.DRAFT, *UNAPPROVED])
def test_a_waiting_post_that_went_out_is_published(
    harness: WorkerHarness, status: PostStatus
) -> None:
    """A draft, or a post before its approval, in the backup; published after it: its status says
    so, without anybody's action."""
    post = harness.accept()
    backup = back_up(harness, post)
    desired: dict[str, Any] = {"desired": "draft"} if status is PostStatus.DRAFT else {}
    backup.rows[0][1].update(status=status, **desired)
    harness.run_to_end(post)
    backup.restore()
    harness.run_to_end(post)
    assert_published_once(harness, post)


def test_a_backlog_post_on_the_timer_is_taken_off_it(harness: WorkerHarness) -> None:
    """In the backlog of the backup, on the provider's timer after it: only a seat decides when it
    goes out."""
    post = harness.schedule(FAR)
    backup = back_up(harness, post)
    backup.rows[0][1].update(status=PostStatus.BACKLOG, publish_mode="next_slot")
    wait_for(harness, post, DeliveryStatus.SCHEDULED)
    backup.restore()
    harness.dispatch_until(
        lambda: "SCHEDULED" not in harness.simulator_state("summary")["stages"], what="the timer"
    )
    wait_for(harness, post, DeliveryStatus.PENDING)
    assert harness.post(post.id).status == PostStatus.BACKLOG


def test_a_source_that_is_gone_does_not_fail_a_post_that_went_out(harness: WorkerHarness) -> None:
    """The file was not uploaded at the time of the backup, and cannot be any more: the post went
    out all the same."""
    link = harness.serve_file("a.jpg")
    post = harness.accept(post_type="photo", photoUrls=[link])
    backup = back_up(harness, post)
    harness.run_to_end(post)
    (harness.folder / "a.jpg").unlink()
    backup.restore()
    harness.run_to_end(post)
    assert_published_once(harness, post)


def test_a_part_that_went_out_stays_out_where_the_source_is_gone(harness: WorkerHarness) -> None:
    """On one account it went out after the backup, on the other it cannot any more: partial, with
    the reason."""
    link = harness.serve_file("a.jpg")
    harness.inject_fault(kind="server_error", call="create_post", times=100, skip=1)
    post = harness.accept(post_type="photo", photoUrls=[link], platforms=["x", "facebook"])
    backup = back_up(harness, post)
    harness.run_to_end(post)
    assert len(harness.simulator_state("ledger")["publications"]) == 1
    (harness.folder / "a.jpg").unlink()
    backup.restore()
    (ended,) = harness.run_to_end(post)
    assert ended.status == PostStatus.PARTIAL
    assert len(harness.simulator_state("ledger")["publications"]) == 1


def _replace(harness: WorkerHarness, post: Post) -> None:
    """An edit meets a call without an answer, so that the remote post is made anew; then it goes
    out."""
    first = harness.deliveries(post)["x"].remote_id
    harness.inject_fault(kind="lost_answer", call="unschedule")
    publish_now(harness, post)
    assert harness.deliveries(post)["x"].remote_id != first
