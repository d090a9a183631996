"""A publication that is still on its way to Bluesky's own server when its post is taken away: it
never arrives, or the post says that it went out."""

from datetime import timedelta
from typing import Any, Final

import pytest

from models.posts import Post
from models.statuses import PostStatus
from services.errors import Conflict
from tests.bluesky.answer_loss_proxy import AnswerLossProxy
from tests.bluesky.held_call import HeldCall
from tests.integration.worker.connections.bluesky_harness import BlueskyHarness
from tests.integration.worker.post_changes import remove_post
from tests.integration.worker.posts.test_claims import expire_claims

WRITE: Final = "com.atproto.repo.applyWrites"


def hold_publication(bluesky: BlueskyHarness, proxy: AnswerLossProxy) -> tuple[Post, HeldCall]:
    """A post, and its write, which has left the worker and waits in the proxy."""
    held = proxy.hold_next(WRITE)
    post = bluesky.harness.accept("on its way", platforms=["bluesky"])
    bluesky.harness.tick()
    held.wait_for_arrival()
    return post, held


def take_over(bluesky: BlueskyHarness, **policy: Any) -> None:  # noqa: ANN401
    """Another worker takes the post, as if the first had frozen for longer than its claim lasts."""
    bluesky.start_runner(**policy)
    expire_claims(bluesky.harness)


def wait_for_status(bluesky: BlueskyHarness, post: Post, status: PostStatus) -> None:
    """Tick until the post has it."""
    bluesky.harness.dispatch_until(
        lambda: bluesky.harness.post(post.id).status == status, what=f"{status} of the post"
    )


def make_unknown(bluesky: BlueskyHarness, proxy: AnswerLossProxy, post: Post) -> None:
    """Every later write gets lost before the server, until the post's outcome is unknown."""
    proxy.unsent_share, proxy.only = 1.0, frozenset({WRITE})
    wait_for_status(bluesky, post, PostStatus.UNKNOWN)
    proxy.unsent_share = 0.0


def test_a_call_that_arrives_after_the_grace_is_refused(
    bluesky: BlueskyHarness, proxy: AnswerLossProxy
) -> None:
    """Its claim expires and its grace is over: another worker makes the post missed, a person
    removes it, and the late call is refused."""
    account = bluesky.connect()
    post, held = hold_publication(bluesky, proxy)
    take_over(bluesky, missed_grace=timedelta(0))
    wait_for_status(bluesky, post, PostStatus.MISSED)
    assert remove_post(bluesky.harness, post).status == PostStatus.CANCELLED
    assert held.release() == 400
    assert bluesky.texts(account) == []


@pytest.mark.parametrize("is_answer_lost", [False, True])
def test_a_call_that_arrives_after_the_removal_is_refused(
    bluesky: BlueskyHarness, proxy: AnswerLossProxy, is_answer_lost: bool
) -> None:
    """Also where the answer to the write that shuts it out was lost."""
    account = bluesky.connect()
    post, held = hold_publication(bluesky, proxy)
    make_unknown(bluesky, proxy, post)
    if is_answer_lost:
        proxy.lose_next(WRITE)
    remove_post(bluesky.harness, post)
    wait_for_status(bluesky, post, PostStatus.CANCELLED)
    assert held.release() == 400
    assert bluesky.texts(account) == []


@pytest.mark.parametrize("is_answer_lost", [False, True])
def test_a_call_that_arrives_during_the_removal_is_undone(
    bluesky: BlueskyHarness, proxy: AnswerLossProxy, is_answer_lost: bool
) -> None:
    """It arrives after the worker has looked, and before it is shut out: that first try is refused,
    because the head has moved, and the next one deletes the record; also where the answer to the
    deletion is lost."""
    account = bluesky.connect()
    post, held = hold_publication(bluesky, proxy)
    make_unknown(bluesky, proxy, post)
    fence = proxy.hold_next(WRITE)
    remove_post(bluesky.harness, post)
    bluesky.harness.tick()
    fence.wait_for_arrival()
    assert held.release() == 200
    assert bluesky.texts(account) == ["on its way"]
    again = proxy.hold_next(WRITE)
    assert fence.release() == 400
    again.wait_for_arrival()
    if is_answer_lost:
        proxy.lose_next(WRITE)
    assert again.release() == 200
    wait_for_status(bluesky, post, PostStatus.CANCELLED)
    assert bluesky.texts(account) == []


def test_a_call_that_arrives_before_the_removal_looks(
    bluesky: BlueskyHarness, proxy: AnswerLossProxy
) -> None:
    """The removal finds it published: the post says that it went out, and it stays."""
    account = bluesky.connect()
    post, held = hold_publication(bluesky, proxy)
    make_unknown(bluesky, proxy, post)
    assert held.release() == 200
    remove_post(bluesky.harness, post)
    wait_for_status(bluesky, post, PostStatus.PUBLISHED)
    assert "went out before its removal" in (bluesky.harness.post(post.id).reason or "")
    assert bluesky.texts(account) == ["on its way"]


def test_a_call_that_another_worker_repeats_arrives_once(
    bluesky: BlueskyHarness, proxy: AnswerLossProxy
) -> None:
    """The other worker publishes it; the late call is refused, and a removal comes too late."""
    account = bluesky.connect()
    post, held = hold_publication(bluesky, proxy)
    take_over(bluesky)
    (ended,) = bluesky.harness.run_to_end(post)
    assert ended.status == PostStatus.PUBLISHED
    assert held.release() == 400
    assert bluesky.texts(account) == ["on its way"]
    with pytest.raises(Conflict, match="cannot be called back"):
        remove_post(bluesky.harness, post)
