"""A deletion takes off what it can, also of posts that a person should look at."""

import pytest

from models.statuses import PostStatus
from models.store import clock
from models.tables import POST
from tests.integration.worker.organizations.organization_changes import (
    delete_organization,
    exists,
    put_on_timer,
)
from tests.integration.worker.worker_harness import WorkerHarness


@pytest.mark.parametrize("acknowledged", [False, True])
def test_an_unknown_post_on_the_timer_is_taken_off_too(
    harness: WorkerHarness, acknowledged: bool
) -> None:
    """A post that ended as unknown while the provider's timer has it, because too many workers
    died over it, is deleted there before the organization is gone, whether or not a person has
    acknowledged it."""
    post = put_on_timer(harness)
    with harness.database.write() as session:
        at = clock.now(session) if acknowledged else None
        session.connection().execute(
            POST.update()
            .where(POST.c.id == post.id)
            .values(status=PostStatus.UNKNOWN, acknowledged_at=at)
        )
    delete_organization(harness)
    harness.dispatch_until(lambda: not exists(harness), 20, what="the deletion")
    assert all(row["deleted"] for row in harness.simulator_state("posts")["posts"])


@pytest.mark.parametrize("call", ["create_post", "publishNow"])
def test_a_call_under_way_is_looked_at_before_the_organization_is_gone(
    harness: WorkerHarness, call: str
) -> None:
    """While a call hangs its intent is open, and the organization stays; nothing is published or
    left as a draft after it is gone."""
    harness.inject_fault(kind="hang", call=call, seconds=3)
    post = harness.accept()
    harness.dispatch_until(lambda: harness.count_faults("hang"), what="a hanging call")
    delete_organization(harness)
    assert harness.deliveries(post)["x"].intent is not None
    harness.dispatch_until(lambda: not exists(harness), what="the deletion")
    published = harness.simulator_state("ledger")["publications"]
    for runner in harness.runners:
        harness.stop_runner(runner)
    assert harness.simulator_state("ledger")["publications"] == published
    left = [row for row in harness.simulator_state("posts")["posts"] if not row["deleted"]]
    assert len(left) == len(published)
