"""Workers that lose their claim, stop or come back: the post goes on, and is published once."""

import logging
import threading
from datetime import timedelta
from time import monotonic, sleep

import pytest

from models.posts import Post
from models.tables import JOB
from tests.integration.worker.pipeline_observer import assert_published_once
from tests.integration.worker.worker_harness import WorkerHarness
from tests.wait import wait_until


def expire_claims(harness: WorkerHarness) -> None:
    """As if every worker had stopped for longer than a claim's time."""
    with harness.database.write() as session:
        held = JOB.c.claim.is_not(None)
        session.connection().execute(
            JOB.update().where(held).values(claim_expires_at=JOB.c.wake_at)
        )


def stuck(harness: WorkerHarness, call: str, caption: str = "Hello") -> Post:
    """A post whose worker waits in this call for a response that never comes."""
    before = harness.count_faults("hang")
    harness.inject_fault(kind="hang", call=call, seconds=3)
    post = harness.accept(caption)
    harness.dispatch_until(lambda: harness.count_faults("hang") > before, what=f"a hanging {call}")
    return post


@pytest.mark.parametrize("call", ["create_post", "publishNow", "get_post"])
def test_a_stolen_job_does_no_harm(
    harness: WorkerHarness, call: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Its second worker reconciles and goes on; the first loses its claim and writes nothing."""
    caplog.set_level(logging.WARNING)
    harness.timeout = 2
    slow = harness.start_runner()
    post = stuck(harness, call)
    second = harness.start_runner()
    expire_claims(harness)
    harness.run_to_end(post)
    assert harness.read_job(post.id).claim is None
    harness.stop_runner(slow)
    harness.stop_runner(second)
    assert_published_once(harness, post)
    live = [row for row in harness.simulator_state("posts")["posts"] if not row["deleted"]]
    assert len(live) == 1
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_two_workers_that_steal_from_each_other_publish_once(harness: WorkerHarness) -> None:
    """Claims expire all the time with two job runners: every post is published exactly once."""
    runners = [harness.runners[0], harness.start_runner()]
    posts = [harness.accept(str(number), platforms=["x", "gmb"]) for number in range(6)]
    ids = [harness.job_id(post) for post in posts]
    end = monotonic() + 3
    while monotonic() < end:
        for runner in runners:
            harness.send(runner, ids)
        sleep(0.05)
        expire_claims(harness)
    harness.run_to_end(*posts)
    for runner in runners:
        harness.stop_runner(runner)
    assert harness.simulator_state("summary")["doubled"] == 0
    assert_published_once(harness, *posts)


def test_a_worker_that_stops_gives_its_jobs_back_at_once(harness: WorkerHarness) -> None:
    """Stopped in the middle of a call: no claim is left, and the next worker goes on at once."""
    posts = [stuck(harness, "create_post", str(number)) for number in range(3)]
    begin = monotonic()
    harness.stop_runner(harness.runners[0])
    assert monotonic() - begin < 1.5
    for post in posts:
        row = harness.read_job(post.id)
        assert (row.claim, row.claim_expires_at, row.dispatched_at) == (None, None, None)
        assert row.rescues == 0
        assert row.wake_at is not None
    harness.start_runner()
    harness.run_to_end(*posts)
    assert_published_once(harness, *posts)


def test_stopping_at_any_moment_leaves_no_claim(harness: WorkerHarness) -> None:
    """Messages arrive while job runners stop: none hangs, and no job stays claimed."""
    posts = [harness.accept(str(number)) for number in range(8)]
    ids = [harness.job_id(post) for post in posts]
    for number in range(12):
        runner = harness.start_runner()
        senders = [
            threading.Thread(target=runner.run, args=(ids[start::4],), daemon=True)
            for start in range(4)
        ]
        for sender in senders:
            sender.start()
        sleep(number / 500)
        harness.stop_runner(runner)
        for sender in senders:
            sender.join(2)
        assert not [sender for sender in senders if sender.is_alive()], "a message hangs"
        assert [harness.read_job(post.id).claim for post in posts] == [None] * 8
    harness.start_runner()
    harness.run_to_end(*posts)
    assert_published_once(harness, *posts)


def test_a_worker_that_works_long_keeps_its_claim(harness: WorkerHarness) -> None:
    """A call longer than the claim's time: the claim is renewed, and no other worker gets the
    job."""
    harness.timeout = 5
    harness.start_runner(claim_ttl=timedelta(seconds=0.6))
    post = stuck(harness, "create_post")
    token = harness.read_job(post.id).claim
    end = monotonic() + 2
    while monotonic() < end:
        harness.tick()
        assert harness.read_job(post.id).claim == token
        sleep(0.05)
    wait_until(lambda: harness.read_job(post.id).claim is None, 5)
    harness.run_to_end(post)
    assert harness.read_job(post.id).rescues == 0
    assert_published_once(harness, post)
