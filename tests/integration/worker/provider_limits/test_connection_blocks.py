"""Rate limits and outages: the whole connection is blocked, and nothing is lost."""

from datetime import datetime
from time import sleep

import pytest
from sqlalchemy import select as select_columns
from sqlmodel import select

from models.accounts import Connection
from models.store import clock
from models.tables import JOB
from tests.integration.worker.pipeline_observer import assert_published_once
from tests.integration.worker.worker_harness import WorkerHarness


def blocked_until(harness: WorkerHarness) -> datetime | None:
    """The end of the block: no calls to the provider before it."""
    with harness.database.read() as session:
        return session.exec(select(Connection.blocked_until)).one()


def wake_accounts(harness: WorkerHarness) -> None:
    """Make the account job due."""
    with harness.database.write() as session:
        accounts = JOB.c.kind == "accounts"
        update = JOB.update().where(accounts).values(wake_at=clock.now(session))
        session.connection().execute(update)


def accounts_are_asleep(harness: WorkerHarness) -> bool:
    """Whether the account job has run, or was released until later."""
    with harness.database.read() as session:
        query = select_columns(JOB.c.wake_at, JOB.c.claim).where(JOB.c.kind == "accounts")
        row = session.connection().execute(query).one()
        return row.claim is None and bool(row.wake_at > clock.now(session))


@pytest.mark.parametrize("as_date", [False, True])
def test_a_rate_limit_blocks_the_connection_and_costs_nothing(
    harness: WorkerHarness, as_date: bool
) -> None:
    """After one 429 no job calls before the end of Retry-After, and no attempt is counted."""
    first = harness.accept("warm up")
    harness.run_to_end(first)
    harness.inject_fault(kind="rate_limit", call="create_post", seconds=8, httpDate=as_date)
    blocked = harness.accept("blocked")
    harness.dispatch_until(lambda: harness.count_faults("rate_limit") == 1, what="the 429")
    harness.dispatch_until(lambda: harness.read_job(blocked.id).claim is None, what="the release")
    until = blocked_until(harness)
    before = harness.simulator_state("calls")["calls"]
    link = harness.serve_file("one.jpg")
    others = [
        harness.accept(str(number), "photo", platforms=["x"], photoUrls=[link])
        for number in range(3)
    ]
    for _ in range(10):
        harness.tick()
        sleep(0.05)
    assert harness.simulator_state("calls")["calls"] == before
    (delivery,) = harness.deliveries(blocked).values()
    assert (delivery.attempts, delivery.status) == (0, "pending")
    harness.run_to_end(blocked, *others)
    assert_published_once(harness, first, blocked, *others)
    assert until is not None
    (event,) = [event for event in harness.history(blocked) if event.outcome == "blocked"]
    assert (event.http_status, event.step) == (429, "create")
    for post in (blocked, *others):
        assert all(each.at >= until for each in harness.history(post)[2:])


def test_accounts_are_not_asked_for_during_a_block(harness: WorkerHarness) -> None:
    """The block after a 429 is for every job of the connection, not only for posts."""
    harness.run_to_end(harness.accept("warm up"))
    harness.inject_fault(kind="rate_limit", call="create_post", seconds=8)
    post = harness.accept("blocked")
    harness.dispatch_until(lambda: blocked_until(harness), what="the block")
    before = harness.simulator_state("calls")["calls"]["list_profiles"]
    wake_accounts(harness)
    harness.dispatch_until(lambda: accounts_are_asleep(harness), what="the accounts' job")
    assert harness.simulator_state("calls")["calls"]["list_profiles"] == before
    harness.run_to_end(post)


def test_a_rate_limit_on_accounts_blocks_the_posts_too(harness: WorkerHarness) -> None:
    """Whichever call got the 429: no other job may call before its end."""
    harness.run_to_end(harness.accept("warm up"))
    harness.inject_fault(kind="rate_limit", call="list_profiles", seconds=30)
    wake_accounts(harness)
    harness.dispatch_until(lambda: accounts_are_asleep(harness), what="the accounts' job")
    assert blocked_until(harness) is not None


def test_an_outage_is_outlasted(harness: WorkerHarness) -> None:
    """Longer than a post's own attempts: all are published when the provider is back."""
    first = harness.accept("warm up")
    harness.run_to_end(first)
    harness.inject_fault(kind="outage", seconds=4)
    posts = [harness.accept(str(number)) for number in range(3)]
    harness.run_to_end(*posts)
    assert_published_once(harness, first, *posts)
