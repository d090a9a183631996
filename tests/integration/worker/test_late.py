"""Posts whose slot passed before a worker saw them: within the grace late, beyond it never."""

from datetime import timedelta
from time import sleep

from tests.integration.worker.window import assert_published_once
from tests.integration.worker.workshop import WorkerHarness


def test_a_missed_slot_is_never_published(shop: WorkerHarness) -> None:
    """First seen beyond the grace: missed, with a reason, and nothing was sent."""
    shop.start_runner(missed_grace=timedelta(seconds=0.2))
    post = shop.schedule(0.5)
    sleep(1)
    (ended,) = shop.run_to_end(post)
    assert ended.status == "missed"
    assert "could not go out" in str(ended.reason)
    for _ in range(10):
        shop.tick()
        sleep(0.05)
    assert shop.simulator_state("posts")["posts"] == []
    assert shop.list_publications(post) == []


def test_a_post_that_is_late_within_the_grace_goes_out(shop: WorkerHarness) -> None:
    """The worker was away at the slot: published as soon as it is back, once."""
    post = shop.schedule(0.3)
    sleep(1)
    shop.run_to_end(post)
    assert_published_once(shop, post)
