"""Forty posts to WordPress itself through kills and lost answers: each accepted post is on the site
exactly once, whole, and nothing of a cancelled one."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from tests.extra.wordpress_reconciliation import violations
from tests.extra.wordpress_server import WordPressServer
from tests.extra.wordpress_stack import SitePost, WordPressStack, run_wordpress_stack
from tests.faults.breakpoints import set_breakpoint
from tests.faults.recording_client import instant_in
from tests.wait import wait_until
from worker.planner.decisions import Step

POSTS: Final = 40
SEED: Final = 20261201
MOMENTS: Final = ("before_call", "after_call", "in_commit", "after_commit")
# The steps of a post that goes out, then those of one that is changed or taken back. (The confirm
# makes no call at WordPress.)
STEPS: Final = (
    Step.UPLOAD, Step.POLL, Step.CREATE, Step.PUBLISH_NOW, Step.UPDATE, Step.DELETE,
)  # fmt: skip


@pytest.fixture
def running(
    tmp_path: Path, postgres_url: str, redis_url: str, wordpress: WordPressServer
) -> Iterator[WordPressStack]:
    """Three workers with breakpoints, and an author of the site."""
    with run_wordpress_stack(tmp_path, (postgres_url, redis_url), wordpress) as stack:
        yield stack


@pytest.mark.timeout(400)
def test_forty_posts_through_kills_and_lost_answers(running: WordPressStack) -> None:
    """SIGKILL at every boundary from the upload to the publication, of edits and of removals, then
    every fifth answer lost: the site's posts are what the database says, each once."""
    started, rng = time.monotonic(), random.Random(SEED)
    tomorrow = partial(
        running.publish, publishMode="schedule", scheduledAt=instant_in(24 * 60 * 60)
    )
    edited, removed = ([tomorrow() for _ in MOMENTS] for _ in range(2))
    for each in (*edited, *removed):
        wait_for_draft(running, each)
    for moment, one, other in zip(MOMENTS, edited, removed, strict=True):
        kill_at_every_step(running, moment, one, other)
    running.proxy.share = 0.2
    for each in edited:
        assert running.change(each, mode="schedule", scheduledAt=instant_in(5))
    while len(running.posts) < POSTS:
        running.publish(rng.randrange(3))
    wait_until(lambda: running.are_settled(running.posts), 120, "the end of every post")
    shown = running.shown()
    running.proxy.share = 0
    on_site = running.site.admin.posts(running.author)
    found = violations(on_site, running.posts, shown)
    report(running, started, shown)
    assert not found, "\n".join(found)
    assert len(shown) == POSTS


def kill_at_every_step(
    running: WordPressStack, moment: str, edited: SitePost, removed: SitePost
) -> None:
    """New posts, an edit and a removal, whose workers die at this moment of each step. They are
    started again until every step has had its death, and the new posts have ended: one post is
    given up after more deaths than one moment has."""
    killed = [set_breakpoint(running.stack, step, moment, "kill") for step in STEPS]
    posts = [running.publish(1 + number % 2) for number in range(len(STEPS) - 1)]
    assert running.edit(edited)
    assert running.remove(removed)

    def is_over() -> bool:
        return running.are_settled([*posts, removed]) and all(each.is_hit for each in killed)

    wait_until(is_over, 90, f"a death {moment} at every step, and the end of the posts")


def wait_for_draft(running: WordPressStack, post: SitePost) -> None:
    """Wait until the post is a draft on the site."""
    wait_until(lambda: running.delivery(post)["providerPostId"], 60, "a draft on the site")


def report(running: WordPressStack, started: float, shown: dict[str, dict[str, object]]) -> None:
    """Print what the run did; answers must have been lost."""
    statuses = Counter(str(each["status"]) for each in shown.values())
    lost, calls = (sum(each.values()) for each in (running.proxy.lost, running.proxy.calls))
    print(  # noqa: T201
        f"\nseed {SEED}: {dict(statuses)}, {len(STEPS) * len(MOMENTS)} kills of workers, "
        f"{lost} of {calls} answers lost, {time.monotonic() - started:.0f} s"
    )
    assert lost > 0
