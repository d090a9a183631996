"""A worker that is killed loses no post and publishes none twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.acceptance.reconciliation import assert_ledger_matches, is_settled
from tests.acceptance.stack import ApiClient, Stack
from tests.wait import wait_until

POSTS = 28


@pytest.mark.timeout(240)
def test_sigkill_half_way_and_another_worker_finishes_every_post_once(stack: Stack) -> None:
    """SIGKILL twice, with posts in every stage: another worker finishes each of them, once."""
    caller = stack.organization()
    for number in range(POSTS):
        caller.publish(**_post(stack, number))
    for share in (4, 2):
        _wait_for_settled(caller, POSTS // share)
        stack.processes[stack.worker].kill()
        stack.start(stack.worker)
        wait_until(lambda: _answers(caller), 60, "the API answers again")
    posts = wait_until(lambda: _when_settled(caller), 150, "every post is settled")
    assert len(posts) == POSTS
    assert {post["status"] for post in posts} <= {"published", "scheduled"}
    assert_ledger_matches(stack, posts)


def _post(stack: Stack, number: int) -> dict[str, Any]:
    """Every other post is published at once; the provider's timer publishes the rest in 2 hours."""
    body: dict[str, Any] = {
        "postType": "photo",
        "caption": f"Post {number}",
        "platforms": ["facebook", "instagram"],
        "photoUrls": [stack.simulator + "/media/coffee.jpg"],
    }
    if number % 2:
        return {**body, "publishMode": "publish_now"}
    at = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    return {**body, "publishMode": "schedule", "scheduledAt": at}


def _wait_for_settled(caller: ApiClient, number: int) -> None:
    wait_until(lambda: sum(map(is_settled, caller.posts())) >= number, 120, "settled posts")


def _when_settled(caller: ApiClient) -> list[dict[str, Any]]:
    posts = caller.posts()
    return posts if all(is_settled(post) for post in posts) else []


def _answers(caller: ApiClient) -> bool:
    try:
        caller.posts()
    except httpx.TransportError:
        return False
    return True
