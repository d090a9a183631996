"""Accounts that break, vanish or are disconnected: what waits for them, and how it goes on."""

from datetime import timedelta

import pytest

from tests.integration.worker.accounting import account, disconnect, held, profile, sync
from tests.integration.worker.window import assert_published_once
from tests.integration.worker.workshop import Workshop

TROUBLES = {
    "broken": "needs attention at the provider (statusLevel EXPIRED)",
    "gone": "is gone from the provider; connect it again",
    "disconnected": "is disconnected; connect it again",
}


def strike(shop: Workshop, trouble: str, platform: str = "x") -> None:
    """Bring trouble over an account; `none` ends each."""
    if trouble == "disconnected":
        disconnect(shop, platform)
    elif trouble == "none":
        disconnect(shop, platform, connect=True)
        profile(shop, platform, statusLevel="OK", listed=True)
    else:
        change = {"statusLevel": "EXPIRED"} if trouble == "broken" else {"listed": False}
        profile(shop, platform, **change)


def stages(shop: Workshop) -> dict[str, int]:
    """How many posts the provider has in each stage."""
    found: dict[str, int] = shop.inside("summary")["stages"]
    return found


@pytest.mark.parametrize("trouble", list(TROUBLES))
def test_a_post_waits_for_its_account_alone(shop: Workshop, trouble: str) -> None:
    """The other account has the post at once; this one says why not, and has it when it is back."""
    sync(shop)
    strike(shop, trouble)
    post = shop.accept(platforms=["x", "facebook"])
    assert held(shop, post, "x") == f"the account Brand on X {TROUBLES[trouble]}"
    shop.until(lambda: stages(shop) == {"PUBLISHED": 1}, what="the other account")
    assert shop.post(post.id).status == "publishing"
    assert shop.deliveries(post)["x"].remote_id is None
    strike(shop, "none")
    shop.settle(post)
    assert_published_once(shop, post)
    steps = [step for step in shop.steps(post) if step.startswith("hold")]
    assert steps == ["hold waits for its account", "hold goes on"]


def test_a_draft_waits_on_the_account_that_it_was_made_on(shop: Workshop) -> None:
    """Made before the trouble, it is not handed over in it; another account is no way out."""
    post = shop.schedule(86_400 + 3600, platforms=["x"])
    shop.until(lambda: stages(shop) == {"DRAFT": 1}, what="the draft")
    shop.until(lambda: shop.deliveries(post)["x"].account_id is not None, what="its account")
    first = account(shop, "x")
    shop.http.post(f"{shop.simulator.origin}/connect", data={"platform": "x"}).raise_for_status()
    profile(shop, "x", id=first.remote_id, listed=False)
    assert not account(shop, "x", 1).is_gone
    assert held(shop, post, "x").endswith(f"Brand on X {TROUBLES['gone']}")
    assert shop.deliveries(post)["x"].account_id == first.id
    strike(shop, "none")
    shop.until(lambda: not shop.deliveries(post)["x"].is_held, what="the end of the wait")
    assert shop.deliveries(post)["x"].error is None
    assert stages(shop) == {"DRAFT": 1}


def test_what_is_new_goes_to_the_next_account(shop: Workshop) -> None:
    """With the default account disconnected, another one on the platform is the default."""
    sync(shop)
    link = f"{shop.simulator.origin}/connect"
    shop.http.post(link, data={"platform": "x"}).raise_for_status()
    sync(shop)
    disconnect(shop, "x")
    post = shop.accept(platforms=["x"])
    shop.settle(post)
    assert_published_once(shop, post)
    assert shop.deliveries(post)["x"].account_id == account(shop, "x", 1).id
    (row,) = shop.inside("ledger")["publications"]
    assert row["profileId"] == account(shop, "x", 1).remote_id


def test_two_named_accounts_on_one_platform(shop: Workshop) -> None:
    """Each has its own delivery, and the post is out once on each."""
    sync(shop)
    shop.http.post(f"{shop.simulator.origin}/connect", data={"platform": "x"}).raise_for_status()
    sync(shop)
    ids = [account(shop, "x", place).id for place in (0, 1)]
    post = shop.accept(platforms=None, accountIds=ids)
    (ended,) = shop.settle(post)
    assert ended.status == "published"
    assert shop.inside("summary")["doubled"] == 0
    profiles = {row["profileId"] for row in shop.inside("ledger")["publications"]}
    assert profiles == {account(shop, "x", place).remote_id for place in (0, 1)}


def test_a_wait_beyond_the_grace_is_a_missed_slot(shop: Workshop) -> None:
    """The account is the reason; released when it is back, the post goes out."""
    shop.hire(missed_grace=timedelta(seconds=1))
    sync(shop)
    strike(shop, "broken")
    post = shop.accept(platforms=["x"])
    (ended,) = shop.settle(post)
    assert ended.status == "missed"
    assert TROUBLES["broken"] in (ended.reason or "")
    assert stages(shop) == {}


@pytest.mark.parametrize("trouble", list(TROUBLES))
def test_what_the_providers_timer_has(shop: Workshop, trouble: str) -> None:
    """Left there while the account is broken or gone; taken off for a disconnected one, and handed
    over again when it is connected again."""
    post = shop.schedule(600, platforms=["x"])
    shop.until(lambda: stages(shop) == {"SCHEDULED": 1}, what="the timer")
    shop.until(lambda: shop.deliveries(post)["x"].status == "scheduled", what="the commit")
    strike(shop, trouble)
    if trouble == "disconnected":
        assert held(shop, post, "x").endswith(TROUBLES[trouble])
        assert stages(shop) == {"DRAFT": 1}
    else:
        shop.until(lambda: shop.job(post.id).claim is None, what="the job's rest")
        assert stages(shop) == {"SCHEDULED": 1}
    strike(shop, "none")
    shop.until(lambda: stages(shop) == {"SCHEDULED": 1}, what="the timer again")
    shop.until(lambda: shop.deliveries(post)["x"].status == "scheduled", what="the commit")
