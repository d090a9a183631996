"""Workers that lose their claim, stop or come back: the post goes on, and goes out once."""

import logging
import threading
from datetime import timedelta
from time import monotonic, sleep

import pytest

from models.posts import Post
from models.store.jobs.job_queue import JOB
from tests.integration.worker.window import assert_published_once
from tests.integration.worker.workshop import WorkerHarness
from tests.wait import wait_until


def expire_claims(shop: WorkerHarness) -> None:
    """As if every worker had been silent for longer than a claim lasts."""
    with shop.database.write() as session:
        held = JOB.c.claim.is_not(None)
        session.connection().execute(
            JOB.update().where(held).values(claim_expires_at=JOB.c.wake_at)
        )


def stuck(shop: WorkerHarness, call: str, caption: str = "Hello") -> Post:
    """A post whose worker waits for an answer to this call, in vain."""
    before = shop.count_faults("hang")
    shop.inject_fault(kind="hang", call=call, seconds=3)
    post = shop.accept(caption)
    shop.dispatch_until(lambda: shop.count_faults("hang") > before, what=f"a hanging {call}")
    return post


@pytest.mark.parametrize("call", ["create_post", "publishNow", "get_post"])
def test_a_stolen_job_does_no_harm(
    shop: WorkerHarness, call: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Its second worker looks and goes on; the first finds its claim lost and writes nothing."""
    caplog.set_level(logging.WARNING)
    shop.timeout = 2
    slow = shop.start_runner()
    post = stuck(shop, call)
    second = shop.start_runner()
    expire_claims(shop)
    shop.run_to_end(post)
    assert shop.read_job(post.id).claim is None
    shop.stop_runner(slow)
    shop.stop_runner(second)
    assert_published_once(shop, post)
    live = [row for row in shop.simulator_state("posts")["posts"] if not row["deleted"]]
    assert len(live) == 1
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_two_workers_that_steal_from_each_other_publish_once(shop: WorkerHarness) -> None:
    """Claims expire all the time under two engines: every post is out exactly once."""
    engines = [shop.runners[0], shop.start_runner()]
    posts = [shop.accept(str(number), platforms=["x", "gmb"]) for number in range(6)]
    ids = [shop.job_id(post) for post in posts]
    end = monotonic() + 3
    while monotonic() < end:
        for engine in engines:
            shop.send(engine, ids)
        sleep(0.05)
        expire_claims(shop)
    shop.run_to_end(*posts)
    for engine in engines:
        shop.stop_runner(engine)
    assert shop.simulator_state("summary")["doubled"] == 0
    assert_published_once(shop, *posts)


def test_a_worker_that_stops_gives_its_jobs_back_at_once(shop: WorkerHarness) -> None:
    """Stopped in the middle of a call: no claim is left, and the next worker goes on at once."""
    posts = [stuck(shop, "create_post", str(number)) for number in range(3)]
    begin = monotonic()
    shop.stop_runner(shop.runners[0])
    assert monotonic() - begin < 1.5
    for post in posts:
        row = shop.read_job(post.id)
        assert (row.claim, row.claim_expires_at, row.dispatched_at) == (None, None, None)
        assert row.rescues == 0
        assert row.wake_at is not None
    shop.start_runner()
    shop.run_to_end(*posts)
    assert_published_once(shop, *posts)


def test_stopping_at_any_moment_leaves_no_claim(shop: WorkerHarness) -> None:
    """Messages keep coming while engines stop: none hangs, and no job stays claimed."""
    posts = [shop.accept(str(number)) for number in range(8)]
    ids = [shop.job_id(post) for post in posts]
    for number in range(12):
        engine = shop.start_runner()
        senders = [
            threading.Thread(target=engine.run, args=(ids[start::4],), daemon=True)
            for start in range(4)
        ]
        for sender in senders:
            sender.start()
        sleep(number / 500)
        shop.stop_runner(engine)
        for sender in senders:
            sender.join(2)
        assert not [sender for sender in senders if sender.is_alive()], "a message hangs"
        assert [shop.read_job(post.id).claim for post in posts] == [None] * 8
    shop.start_runner()
    shop.run_to_end(*posts)
    assert_published_once(shop, *posts)


def test_a_worker_that_works_long_keeps_its_claim(shop: WorkerHarness) -> None:
    """A call longer than the claim: it is renewed meanwhile, and nobody else gets the job."""
    shop.timeout = 5
    shop.start_runner(claim_ttl=timedelta(seconds=0.6))
    post = stuck(shop, "create_post")
    token = shop.read_job(post.id).claim
    end = monotonic() + 2
    while monotonic() < end:
        shop.tick()
        assert shop.read_job(post.id).claim == token
        sleep(0.05)
    wait_until(lambda: shop.read_job(post.id).claim is None, 5)
    shop.run_to_end(post)
    assert shop.read_job(post.id).rescues == 0
    assert_published_once(shop, post)
