"""Forty posts to a real server of Mastodon's API, which knows no idempotency key and closes each
connection without a word: each accepted post is there exactly once."""

from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest

from tests.extra.snac_server import Snac
from tests.extra.snac_stack import SnacStack, run_snac_stack
from tests.faults.breakpoints import set_breakpoint
from tests.faults.recording_client import instant_in
from worker.planner.decisions import Step

POSTS: Final = 40
MOMENTS: Final = ("before_call", "after_call", "in_commit", "after_commit")
STEPS: Final = (Step.PUBLISH_NOW, Step.UPLOAD, Step.CONFIRM, Step.POLL)


@pytest.fixture
def running(tmp_path: Path, postgres_url: str, redis_url: str, snac: Snac) -> Iterator[SnacStack]:
    """Two workers with breakpoints, and an account at the server."""
    with run_snac_stack(tmp_path, (postgres_url, redis_url), snac) as stack:
        yield stack


def expected(running: SnacStack) -> Counter[str]:
    """All texts of all posts, each once."""
    return Counter(text for texts in running.texts.values() for text in texts)


def published(running: SnacStack) -> Counter[str]:
    """All texts on the server."""
    return Counter(each["text"] for each in running.snac.statuses(running.account))


def not_published(shown: dict[str, dict[str, Any]]) -> str:
    """What became of the posts that were not published, and why."""
    return "\n".join(
        f"{each['caption']} {each['status']}: {each['providerError']}"
        for each in shown.values()
        if each["status"] != "published"
    )


@pytest.mark.timeout(200)
def test_closed_connections_are_no_doubt(running: SnacStack) -> None:
    """Sixteen posts, a half with a photo, at the server itself: none of them had to be looked for,
    although it closes a connection that is used again."""
    running.connect(running.snac.url)
    for number in range(16):
        running.publish(photo=number % 2 == 0)
    shown = running.wait_settled(90)
    assert not_published(shown) == ""
    assert published(running) == expected(running)
    assert running.count_steps(Step.RECONCILE) == 0


@pytest.mark.timeout(400)
def test_forty_posts_through_kills_and_lost_answers(running: SnacStack) -> None:
    """SIGKILL at every boundary of every step, and every tenth answer lost, also in the middle of
    threads: the texts on the server are those of the posts, each once."""
    running.connect(running.proxy.url)
    for number in range(8):
        thread = [f"{number}, part {part}" for part in (2, 3)]
        running.publish(*thread, publishMode="schedule", scheduledAt=instant_in(4 + number))
    running.proxy.only, running.proxy.share = frozenset(("POST statuses",)), 0.1
    for step, moment in product(STEPS, MOMENTS):
        killed = set_breakpoint(running.stack, step, moment, "kill")
        running.publish(photo=True)
        assert killed.wait().returncode == -9
        running.stack.revive()
    while len(running.texts) < POSTS:
        running.publish(photo=len(running.texts) % 3 == 0)
    shown = running.wait_settled(150)
    assert not_published(shown) == ""
    assert published(running) == expected(running)
    assert running.proxy.lost["POST statuses"] > 0
    assert running.count_steps(Step.RECONCILE) > 0
