"""Posts whose slot passed before a worker saw them: published late within the grace period, never
after it."""

from datetime import timedelta
from time import sleep

from tests.integration.worker.pipeline_observer import assert_published_once
from tests.integration.worker.worker_harness import WorkerHarness


def test_a_missed_slot_is_never_published(harness: WorkerHarness) -> None:
    """First seen after the grace period: missed, with a reason, and nothing was sent."""
    harness.start_runner(missed_grace=timedelta(seconds=0.2))
    post = harness.schedule(0.5)
    sleep(1)
    (ended,) = harness.run_to_end(post)
    assert ended.status == "missed"
    assert "could not go out" in str(ended.reason)
    for _ in range(10):
        harness.tick()
        sleep(0.05)
    assert harness.simulator_state("posts")["posts"] == []
    assert harness.list_publications(post) == []


def test_a_post_that_is_late_within_the_grace_goes_out(harness: WorkerHarness) -> None:
    """The worker was down at the slot: published as soon as it is back, once."""
    post = harness.schedule(0.3)
    sleep(1)
    harness.run_to_end(post)
    assert_published_once(harness, post)
