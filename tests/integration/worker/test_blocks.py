"""Rate limits and outages: the whole workspace keeps its peace, and nothing is lost by it."""

from datetime import datetime
from time import sleep

import pytest
from sqlalchemy import select as select_columns
from sqlmodel import select

from models.organizations import Workspace
from models.store import clock
from models.store.jobs.job_queue import JOB
from tests.integration.worker.window import assert_published_once
from tests.integration.worker.workshop import WorkerHarness


def blocked_until(shop: WorkerHarness) -> datetime | None:
    """Until when nobody may call the provider."""
    with shop.database.read() as session:
        return session.exec(select(Workspace.blocked_until)).one()


def wake_accounts(shop: WorkerHarness) -> None:
    """The accounts are due to be brought in step again."""
    with shop.database.write() as session:
        accounts = JOB.c.kind == "accounts"
        update = JOB.update().where(accounts).values(wake_at=clock.now(session))
        session.connection().execute(update)


def accounts_are_asleep(shop: WorkerHarness) -> bool:
    """Whether the accounts' job was carried, or put off."""
    with shop.database.read() as session:
        query = select_columns(JOB.c.wake_at, JOB.c.claim).where(JOB.c.kind == "accounts")
        row = session.connection().execute(query).one()
        return row.claim is None and bool(row.wake_at > clock.now(session))


@pytest.mark.parametrize("as_date", [False, True])
def test_a_rate_limit_blocks_the_workspace_and_costs_nothing(shop: WorkerHarness, as_date: bool) -> None:
    """After one 429 no job calls before Retry-After is over, and no attempt is counted."""
    first = shop.accept("warm up")
    shop.run_to_end(first)
    shop.inject_fault(kind="rate_limit", call="create_post", seconds=8, httpDate=as_date)
    blocked = shop.accept("blocked")
    shop.dispatch_until(lambda: shop.count_faults("rate_limit") == 1, what="the 429")
    shop.dispatch_until(lambda: shop.read_job(blocked.id).claim is None, what="the release")
    until = blocked_until(shop)
    before = shop.simulator_state("calls")["calls"]
    link = shop.serve_file("one.jpg")
    others = [
        shop.accept(str(number), "photo", platforms=["x"], photoUrls=[link]) for number in range(3)
    ]
    for _ in range(10):
        shop.tick()
        sleep(0.05)
    assert shop.simulator_state("calls")["calls"] == before
    (delivery,) = shop.deliveries(blocked).values()
    assert (delivery.attempts, delivery.status) == (0, "pending")
    shop.run_to_end(blocked, *others)
    assert_published_once(shop, first, blocked, *others)
    assert until is not None
    (event,) = [event for event in shop.history(blocked) if event.outcome == "blocked"]
    assert (event.http_status, event.step) == (429, "create")
    for post in (blocked, *others):
        assert all(each.at >= until for each in shop.history(post)[2:])


def test_accounts_are_not_asked_for_during_a_block(shop: WorkerHarness) -> None:
    """The peace that a 429 asked for holds for every job of the workspace, not for posts alone."""
    shop.run_to_end(shop.accept("warm up"))
    shop.inject_fault(kind="rate_limit", call="create_post", seconds=8)
    post = shop.accept("blocked")
    shop.dispatch_until(lambda: blocked_until(shop), what="the block")
    before = shop.simulator_state("calls")["calls"]["list_profiles"]
    wake_accounts(shop)
    shop.dispatch_until(lambda: accounts_are_asleep(shop), what="the accounts' job")
    assert shop.simulator_state("calls")["calls"]["list_profiles"] == before
    shop.run_to_end(post)


def test_a_rate_limit_on_accounts_blocks_the_posts_too(shop: WorkerHarness) -> None:
    """Whichever call met the 429: no other job may call before its time is over."""
    shop.run_to_end(shop.accept("warm up"))
    shop.inject_fault(kind="rate_limit", call="list_profiles", seconds=30)
    wake_accounts(shop)
    shop.dispatch_until(lambda: accounts_are_asleep(shop), what="the accounts' job")
    assert blocked_until(shop) is not None


def test_an_outage_is_outlasted(shop: WorkerHarness) -> None:
    """Longer than any post's own attempts last: all go out when the provider is back."""
    first = shop.accept("warm up")
    shop.run_to_end(first)
    shop.inject_fault(kind="outage", seconds=4)
    posts = [shop.accept(str(number)) for number in range(3)]
    shop.run_to_end(*posts)
    assert_published_once(shop, first, *posts)
