"""Sixty posts to Bluesky's own server through kills, lost answers and a crash of the server: each
accepted post is there exactly once, whole, and nothing of a cancelled one."""

import random
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Final

import pytest

from tests.extra.bluesky_posts import BlueskyPost
from tests.extra.bluesky_reconciliation import violations
from tests.extra.bluesky_server import BlueskyPds
from tests.extra.bluesky_stack import BlueskyStack, run_bluesky_stack
from tests.faults.breakpoints import Breakpoint, set_breakpoint
from tests.faults.recording_client import instant_in
from tests.wait import wait_until
from worker.planner.decisions import Step

POSTS: Final = 60
ACCOUNTS: Final = 4
RANDOM_KILLS: Final = 3
SEED: Final = 20261130
MOMENTS: Final = ("before_call", "after_call", "in_commit", "after_commit")
# The steps of a post of Bluesky, and those that take one away whose call may still arrive.
STEPS: Final = (Step.UPLOAD, Step.CONFIRM, Step.POLL, Step.PUBLISH_NOW)
REMOVAL: Final = (Step.RECONCILE, Step.DELETE)


@pytest.fixture
def running(
    tmp_path: Path, postgres_url: str, redis_url: str, bluesky_pds: BlueskyPds
) -> Iterator[BlueskyStack]:
    """Three workers with breakpoints, and accounts at the server."""
    servers = (postgres_url, redis_url)
    with run_bluesky_stack(tmp_path, servers, bluesky_pds, ACCOUNTS, seed=SEED) as stack:
        yield stack


@pytest.mark.timeout(400)
def test_sixty_posts_through_kills_and_lost_answers(running: BlueskyStack) -> None:
    """SIGKILL at every boundary of every step and at random, every twentieth answer lost, and the
    server killed: the server's records are what the database says, each once."""
    started, rng = time.monotonic(), random.Random(SEED)
    running.proxy.share = 0.05
    pending = kill_at_every_boundary(running, rng)
    pending += [post for post in (publish_any(running, rng) for _ in range(2)) if post]
    running.pds.kill()
    pending += [publish_any(running, rng) for _ in range(5)]
    running.pds.start()
    for _ in range(RANDOM_KILLS):
        kill(running, rng.choice(running.stack.workers))
        pending += [publish_any(running, rng) for _ in range(4)]
    while len(running.posts) < POSTS:
        pending.append(publish_any(running, rng))
    remove_some(running, pending, rng)
    shown = running.wait_settled(120)
    running.proxy.share = 0
    found = violations(running.pds, running.accounts, running.posts, shown)
    report(running, started, len(STEPS) * len(MOMENTS) + RANDOM_KILLS, shown)
    assert not found, "\n".join(found)
    assert len(shown) == POSTS
    assert sum(running.proxy.lost.values()) > 0


def kill_at_every_boundary(running: BlueskyStack, rng: random.Random) -> list[BlueskyPost]:
    """Publish posts whose workers die at each boundary in turn; those that are still to come."""
    pending = []
    for step, moment in product(STEPS, MOMENTS):
        killed = set_breakpoint(running.stack, step, moment, "kill")
        running.publish("thread" if step is Step.PUBLISH_NOW else "photo")
        pending.append(publish_any(running, rng))
        wait_for_kill(running, killed)
    return pending


def publish_any(running: BlueskyStack, rng: random.Random) -> BlueskyPost:
    """Publish a post of any kind now, or in some seconds."""
    if rng.random() < 0.5:
        return running.publish()
    return running.publish(publishMode="schedule", scheduledAt=instant_in(rng.uniform(15, 30)))


def remove_some(running: BlueskyStack, posts: list[BlueskyPost], rng: random.Random) -> None:
    """Ask for the removal of ten posts, wherever they are; some are out already."""
    newest = posts[-16:]
    for post in rng.sample(newest, 10):
        running.remove(post)


def wait_for_kill(running: BlueskyStack, killed: Breakpoint) -> None:
    """Wait until a worker has died there, and start it again."""
    assert killed.wait().returncode == -9
    running.stack.revive()


def kill(running: BlueskyStack, name: str) -> None:
    """SIGKILL a worker, and start it again."""
    running.stack.processes[name].kill()
    running.stack.start(name)


def report(
    running: BlueskyStack, started: float, kills: int, shown: dict[str, dict[str, object]]
) -> None:
    """Print what the run did."""
    statuses = sorted(str(each["status"]) for each in shown.values())
    counts = {status: statuses.count(status) for status in dict.fromkeys(statuses)}
    lost, calls = (sum(each.values()) for each in (running.proxy.lost, running.proxy.calls))
    print(  # noqa: T201
        f"\nseed {SEED}: {counts}, {kills} kills of workers, 1 of the server, "
        f"{lost} of {calls} answers lost, {time.monotonic() - started:.0f} s"
    )


@pytest.fixture
def impatient(
    tmp_path: Path, postgres_url: str, redis_url: str, bluesky_pds: BlueskyPds
) -> Iterator[BlueskyStack]:
    """The same, but a post is missed before the claim of a dead worker is over."""
    servers = (postgres_url, redis_url)
    with run_bluesky_stack(
        tmp_path, servers, bluesky_pds, 1, CLAIM_TTL="5", MISSED_GRACE="4"
    ) as stack:
        yield stack


@pytest.mark.timeout(400)
def test_a_post_is_taken_away_though_every_worker_dies_over_it(impatient: BlueskyStack) -> None:
    """A worker dies with the publication in its hands, and those that take it away die at each
    boundary too: the post is missed, and nothing of it is on the server."""
    for moment in MOMENTS:
        killed = [set_breakpoint(impatient.stack, Step.PUBLISH_NOW, "before_call", "kill")]
        killed += [set_breakpoint(impatient.stack, step, moment, "kill") for step in REMOVAL]
        post = impatient.publish("text")
        for each in killed:
            wait_for_kill(impatient, each)
        wait_until(lambda post=post: impatient.status(post) == "missed", 60, "it is missed")  # type: ignore[misc]
        assert impatient.remove(post)
    shown = impatient.wait_settled(30)
    assert {each["status"] for each in shown.values()} == {"cancelled"}
    assert not violations(impatient.pds, impatient.accounts, impatient.posts, shown)
