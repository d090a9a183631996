"""Accounts that break, vanish or are disconnected: what waits for them, and how it goes on."""

from datetime import timedelta

import pytest

from tests.integration.worker.accounting import read_account, set_disconnected, wait_until_held, set_profile, sync_accounts
from tests.integration.worker.window import assert_published_once
from tests.integration.worker.workshop import WorkerHarness

TROUBLES = {
    "broken": "needs attention at the provider (statusLevel EXPIRED)",
    "gone": "is gone from the provider; connect it again",
    "disconnected": "is disconnected; connect it again",
}


def strike(shop: WorkerHarness, trouble: str, platform: str = "x") -> None:
    """Bring trouble over an account; `none` ends each."""
    if trouble == "disconnected":
        set_disconnected(shop, platform)
    elif trouble == "none":
        set_disconnected(shop, platform, connect=True)
        set_profile(shop, platform, statusLevel="OK", listed=True)
    else:
        change = {"statusLevel": "EXPIRED"} if trouble == "broken" else {"listed": False}
        set_profile(shop, platform, **change)


def stages(shop: WorkerHarness) -> dict[str, int]:
    """How many posts the provider has in each stage."""
    found: dict[str, int] = shop.simulator_state("summary")["stages"]
    return found


@pytest.mark.parametrize("trouble", list(TROUBLES))
def test_a_post_waits_for_its_account_alone(shop: WorkerHarness, trouble: str) -> None:
    """The other account has the post at once; this one says why not, and has it when it is back."""
    sync_accounts(shop)
    strike(shop, trouble)
    post = shop.accept(platforms=["x", "facebook"])
    assert wait_until_held(shop, post, "x") == f"the account Brand on X {TROUBLES[trouble]}"
    shop.dispatch_until(lambda: stages(shop) == {"PUBLISHED": 1}, what="the other account")
    assert shop.post(post.id).status == "publishing"
    assert shop.deliveries(post)["x"].remote_id is None
    strike(shop, "none")
    shop.run_to_end(post)
    assert_published_once(shop, post)
    steps = [step for step in shop.step_outcomes(post) if step.startswith("hold")]
    assert steps == ["hold waits for its account", "hold goes on"]


def test_a_draft_waits_on_the_account_that_it_was_made_on(shop: WorkerHarness) -> None:
    """Made before the trouble, it is not handed over in it; another account is no way out."""
    post = shop.schedule(86_400 + 3600, platforms=["x"])
    shop.dispatch_until(lambda: stages(shop) == {"DRAFT": 1}, what="the draft")
    shop.dispatch_until(lambda: shop.deliveries(post)["x"].account_id is not None, what="its account")
    first = read_account(shop, "x")
    shop.http.post(f"{shop.simulator.origin}/connect", data={"platform": "x"}).raise_for_status()
    set_profile(shop, "x", id=first.remote_id, listed=False)
    assert not read_account(shop, "x", 1).is_gone
    assert wait_until_held(shop, post, "x").endswith(f"Brand on X {TROUBLES['gone']}")
    assert shop.deliveries(post)["x"].account_id == first.id
    strike(shop, "none")
    shop.dispatch_until(lambda: not shop.deliveries(post)["x"].is_held, what="the end of the wait")
    assert shop.deliveries(post)["x"].error is None
    assert stages(shop) == {"DRAFT": 1}


def test_what_is_new_goes_to_the_next_account(shop: WorkerHarness) -> None:
    """With the default account disconnected, another one on the platform is the default."""
    sync_accounts(shop)
    link = f"{shop.simulator.origin}/connect"
    shop.http.post(link, data={"platform": "x"}).raise_for_status()
    sync_accounts(shop)
    set_disconnected(shop, "x")
    post = shop.accept(platforms=["x"])
    shop.run_to_end(post)
    assert_published_once(shop, post)
    assert shop.deliveries(post)["x"].account_id == read_account(shop, "x", 1).id
    (row,) = shop.simulator_state("ledger")["publications"]
    assert row["profileId"] == read_account(shop, "x", 1).remote_id


def test_two_named_accounts_on_one_platform(shop: WorkerHarness) -> None:
    """Each has its own delivery, and the post is out once on each."""
    sync_accounts(shop)
    shop.http.post(f"{shop.simulator.origin}/connect", data={"platform": "x"}).raise_for_status()
    sync_accounts(shop)
    ids = [read_account(shop, "x", place).id for place in (0, 1)]
    post = shop.accept(platforms=None, accountIds=ids)
    (ended,) = shop.run_to_end(post)
    assert ended.status == "published"
    assert shop.simulator_state("summary")["doubled"] == 0
    profiles = {row["profileId"] for row in shop.simulator_state("ledger")["publications"]}
    assert profiles == {read_account(shop, "x", place).remote_id for place in (0, 1)}


def test_a_wait_beyond_the_grace_is_a_missed_slot(shop: WorkerHarness) -> None:
    """The account is the reason; released when it is back, the post goes out."""
    shop.start_runner(missed_grace=timedelta(seconds=1))
    sync_accounts(shop)
    strike(shop, "broken")
    post = shop.accept(platforms=["x"])
    (ended,) = shop.run_to_end(post)
    assert ended.status == "missed"
    assert TROUBLES["broken"] in (ended.reason or "")
    assert stages(shop) == {}


@pytest.mark.parametrize("trouble", list(TROUBLES))
def test_what_the_providers_timer_has(shop: WorkerHarness, trouble: str) -> None:
    """Left there while the account is broken or gone; taken off for a disconnected one, and handed
    over again when it is connected again."""
    post = shop.schedule(600, platforms=["x"])
    shop.dispatch_until(lambda: stages(shop) == {"SCHEDULED": 1}, what="the timer")
    shop.dispatch_until(lambda: shop.deliveries(post)["x"].status == "scheduled", what="the commit")
    strike(shop, trouble)
    if trouble == "disconnected":
        assert wait_until_held(shop, post, "x").endswith(TROUBLES[trouble])
        assert stages(shop) == {"DRAFT": 1}
    else:
        shop.dispatch_until(lambda: shop.read_job(post.id).claim is None, what="the job's rest")
        assert stages(shop) == {"SCHEDULED": 1}
    strike(shop, "none")
    shop.dispatch_until(lambda: stages(shop) == {"SCHEDULED": 1}, what="the timer again")
    shop.dispatch_until(lambda: shop.deliveries(post)["x"].status == "scheduled", what="the commit")
