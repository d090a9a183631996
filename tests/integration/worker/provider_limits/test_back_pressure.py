"""The provider limits with real workers: limits for all workers together, outages that use no
attempts, and a gradual recovery."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from models.posts import Post
from models.store import clock
from models.store.jobs import cluster_state
from models.tables import CONNECTION, JOB
from tests.integration.worker.pipeline_observer import assert_published_once
from tests.integration.worker.worker_harness import WorkerHarness
from worker import blocked_jobs
from worker.provider_limits.limiter_registry import ENDED_BLOCK_WINDOW, HEARTBEAT_TIMEOUT
from worker.provider_limits.worker_share import ProviderLimits
from worker.runner import JobRunner


class CountingTransport:
    """Counts the calls in flight at the provider, of all job runners together."""

    def __init__(self, *runners: JobRunner) -> None:
        self.now = self.most = 0
        for runner in runners:
            client = runner.context.fetcher.client
            client.request = self._counted(client.request)  # type: ignore[method-assign]

    def _counted(self, request: Any) -> Any:  # noqa: ANN401
        async def counted(*arguments: Any, **more: Any) -> Any:  # noqa: ANN401
            self.now += 1
            self.most = max(self.most, self.now)
            try:
                return await request(*arguments, **more)
            finally:
                self.now -= 1

        return counted


def workers(harness: WorkerHarness) -> int:
    """How many workers have a heartbeat."""
    with harness.database.read() as session:
        return len(
            cluster_state.read_cluster_state(session, HEARTBEAT_TIMEOUT, ENDED_BLOCK_WINDOW).workers
        )


def outcomes(harness: WorkerHarness, posts: list[Post]) -> Counter[str]:
    """How often each outcome is in the histories."""
    return Counter(event.outcome for post in posts for event in harness.history(post))


def is_blocked(harness: WorkerHarness) -> bool:
    """Whether the connection is blocked now."""
    with harness.database.read() as session:
        query = select(CONNECTION.c.id).where(CONNECTION.c.blocked_until > clock.now(session))
        return session.connection().execute(query).first() is not None


def count_due_jobs(harness: WorkerHarness, within: timedelta) -> int:
    """How many jobs of posts are due so soon, or are at work."""
    with harness.database.read() as session:
        is_soon = JOB.c.wake_at < clock.now(session) + within
        query = select(func.count()).where(JOB.c.kind == "post", is_soon)
        return session.connection().scalar(query) or 0


def test_in_an_outage_few_jobs_wake_and_answers_wake_the_rest(
    harness: WorkerHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of thirty posts the first wake at the ends of blocks, the others minutes later. But when the
    provider is back, each answer wakes the next ones, and none waits for its turn."""
    monkeypatch.setattr(blocked_jobs, "INTERVAL", timedelta(minutes=10))
    harness.start_runner(ProviderLimits(concurrency=8))
    first = harness.accept("warm up")
    harness.run_to_end(first)
    harness.inject_fault(kind="outage", seconds=3600)
    posts = [harness.accept(str(number)) for number in range(30)]
    few = blocked_jobs.FIRST_JOBS + 2  # two of them tell the provider's absence anew
    harness.dispatch_until(
        lambda: count_due_jobs(harness, timedelta(minutes=2)) <= few, what="the others' turns"
    )
    harness.clear_faults()
    harness.run_to_end(*posts)
    assert_published_once(harness, first, *posts)


def test_an_outage_spends_next_to_nothing(harness: WorkerHarness) -> None:
    """Thirty posts wait: a few calls open the breaker, two failures open it again each time, and
    all other posts make no call. Every post is published, once."""
    harness.start_runner(ProviderLimits(concurrency=8))
    first = harness.accept("warm up")
    harness.run_to_end(first)
    harness.inject_fault(kind="outage", seconds=3)
    posts = [harness.accept(str(number)) for number in range(30)]
    harness.dispatch_until(lambda: is_blocked(harness), what="the block")
    harness.run_to_end(*posts)
    assert_published_once(harness, first, *posts)
    # Five failures and the calls in flight with them; then the breaker is open for about 1 and 2 s.
    assert harness.count_faults("outage") <= 30
    assert outcomes(harness, posts)["retry"] + outcomes(harness, posts)["look"] <= 20


def test_the_end_of_an_outage_is_no_wave(harness: WorkerHarness) -> None:
    """All sixty posts wake at the same time; the provider gets no more calls at once than its
    limit."""
    runner = harness.start_runner(ProviderLimits(concurrency=4))
    line = CountingTransport(runner)
    harness.inject_fault(kind="rate_limit", call="create_post", seconds=2)
    posts = [harness.accept(str(number)) for number in range(60)]
    harness.run_to_end(*posts)
    assert_published_once(harness, *posts)
    assert 0 < line.most <= 4


def test_the_limit_holds_over_all_workers(harness: WorkerHarness) -> None:
    """Two workers with sixty posts: three calls at once, no more."""
    runners = [
        harness.runners[0],
        *(harness.start_runner(ProviderLimits(concurrency=3)) for _ in range(2)),
    ]
    harness.stop_runner(runners.pop(0))
    with harness.database.write() as session:  # who was fired is no neighbour any more
        session.connection().exec_driver_sql("DELETE FROM heartbeat WHERE id = 'worker-0'")
    harness.dispatch_until(lambda: workers(harness) == 2, what="both signs of life")
    line = CountingTransport(*runners)
    posts = [harness.accept(str(number)) for number in range(60)]
    for start in range(0, len(posts), 10):
        ids = [harness.job_id(post) for post in posts[start : start + 10]]
        harness.send(runners[start // 10 % 2], ids)
    harness.run_to_end(*posts)
    assert_published_once(harness, *posts)
    assert 0 < line.most <= 3


def test_a_worker_without_a_share_leaves_its_jobs_to_others(harness: WorkerHarness) -> None:
    """One call at once and two workers: the second sends nothing, blocks nothing, fails nothing."""
    idle = harness.start_runner(
        ProviderLimits(concurrency=1)
    )  # by its name it comes after the first
    harness.dispatch_until(lambda: workers(harness) == 2, what="both signs of life")
    post = harness.accept("Hello")
    calls = harness.simulator_state("calls")["calls"]
    harness.send(idle, [harness.job_id(post)]).result()
    assert harness.simulator_state("calls")["calls"] == calls
    assert not is_blocked(harness)
    assert harness.post(post.id).status not in ("failed", "unknown")
    harness.runners.append(harness.runners[0])  # from here on the other one gets the messages
    harness.run_to_end(post)
    assert_published_once(harness, post)
