"""Accounts that break, disappear or are disconnected: what waits for them, and how it goes on."""

from datetime import timedelta

import pytest

from tests.integration.worker.account_helpers import (
    read_account,
    set_disconnected,
    set_profile,
    sync_accounts,
    wait_until_held,
)
from tests.integration.worker.pipeline_observer import assert_published_once
from tests.integration.worker.worker_harness import WorkerHarness

TROUBLES = {
    "broken": "needs attention at the provider (statusLevel EXPIRED)",
    "gone": "is gone from the provider; connect it again",
    "disconnected": "is disconnected; connect it again",
}


def strike(harness: WorkerHarness, trouble: str, platform: str = "x") -> None:
    """Give an account a problem; with `none`, end all problems."""
    if trouble == "disconnected":
        set_disconnected(harness, platform)
    elif trouble == "none":
        set_disconnected(harness, platform, connect=True)
        set_profile(harness, platform, statusLevel="OK", listed=True)
    else:
        change = {"statusLevel": "EXPIRED"} if trouble == "broken" else {"listed": False}
        set_profile(harness, platform, **change)


def stages(harness: WorkerHarness) -> dict[str, int]:
    """How many posts the provider has in each stage."""
    found: dict[str, int] = harness.simulator_state("summary")["stages"]
    return found


@pytest.mark.parametrize("trouble", list(TROUBLES))
def test_a_post_waits_for_its_account_alone(harness: WorkerHarness, trouble: str) -> None:
    """The other account gets the post at once; this one stores the reason, and gets it after the
    recovery."""
    sync_accounts(harness)
    strike(harness, trouble)
    post = harness.accept(platforms=["x", "facebook"])
    assert wait_until_held(harness, post, "x") == f"the account Brand on X {TROUBLES[trouble]}"
    harness.dispatch_until(lambda: stages(harness) == {"PUBLISHED": 1}, what="the other account")
    assert harness.post(post.id).status == "publishing"
    assert harness.deliveries(post)["x"].remote_id is None
    strike(harness, "none")
    harness.run_to_end(post)
    assert_published_once(harness, post)
    steps = [step for step in harness.step_outcomes(post) if step.startswith("hold")]
    assert steps == ["hold waits for its account", "hold goes on"]


def test_a_draft_waits_on_the_account_that_it_was_made_on(harness: WorkerHarness) -> None:
    """Created before the problem, it is not scheduled during it, and not moved to another
    account."""
    post = harness.schedule(86_400 + 3600, platforms=["x"])
    harness.dispatch_until(lambda: stages(harness) == {"DRAFT": 1}, what="the draft")
    harness.dispatch_until(
        lambda: harness.deliveries(post)["x"].account_id is not None, what="its account"
    )
    first = read_account(harness, "x")
    harness.http.post(
        f"{harness.simulator.origin}/connect", data={"platform": "x"}
    ).raise_for_status()
    set_profile(harness, "x", id=first.remote_id, listed=False)
    assert not read_account(harness, "x", 1).is_gone
    assert wait_until_held(harness, post, "x").endswith(f"Brand on X {TROUBLES['gone']}")
    assert harness.deliveries(post)["x"].account_id == first.id
    strike(harness, "none")
    harness.dispatch_until(
        lambda: not harness.deliveries(post)["x"].is_held, what="the end of the wait"
    )
    assert harness.deliveries(post)["x"].error is None
    assert stages(harness) == {"DRAFT": 1}


def test_what_is_new_goes_to_the_next_account(harness: WorkerHarness) -> None:
    """If the default account is disconnected, another one on the platform is the default."""
    sync_accounts(harness)
    link = f"{harness.simulator.origin}/connect"
    harness.http.post(link, data={"platform": "x"}).raise_for_status()
    sync_accounts(harness)
    set_disconnected(harness, "x")
    post = harness.accept(platforms=["x"])
    harness.run_to_end(post)
    assert_published_once(harness, post)
    assert harness.deliveries(post)["x"].account_id == read_account(harness, "x", 1).id
    (row,) = harness.simulator_state("ledger")["publications"]
    assert row["profileId"] == read_account(harness, "x", 1).remote_id


def test_two_named_accounts_on_one_platform(harness: WorkerHarness) -> None:
    """Each has its own delivery, and the post is published once on each."""
    sync_accounts(harness)
    harness.http.post(
        f"{harness.simulator.origin}/connect", data={"platform": "x"}
    ).raise_for_status()
    sync_accounts(harness)
    ids = [read_account(harness, "x", place).id for place in (0, 1)]
    post = harness.accept(platforms=None, accountIds=ids)
    (ended,) = harness.run_to_end(post)
    assert ended.status == "published"
    assert harness.simulator_state("summary")["doubled"] == 0
    profiles = {row["profileId"] for row in harness.simulator_state("ledger")["publications"]}
    assert profiles == {read_account(harness, "x", place).remote_id for place in (0, 1)}


def test_a_wait_beyond_the_grace_is_a_missed_slot(harness: WorkerHarness) -> None:
    """The account is the reason; released after its recovery, the post is published."""
    harness.start_runner(missed_grace=timedelta(seconds=1))
    sync_accounts(harness)
    strike(harness, "broken")
    post = harness.accept(platforms=["x"])
    (ended,) = harness.run_to_end(post)
    assert ended.status == "missed"
    assert TROUBLES["broken"] in (ended.reason or "")
    assert stages(harness) == {}


@pytest.mark.parametrize("trouble", list(TROUBLES))
def test_what_the_providers_timer_has(harness: WorkerHarness, trouble: str) -> None:
    """It stays on the timer while the account is broken or gone. For a disconnected account it is
    taken off, and scheduled again when the account is connected again."""
    post = harness.schedule(600, platforms=["x"])
    harness.dispatch_until(lambda: stages(harness) == {"SCHEDULED": 1}, what="the timer")
    harness.dispatch_until(
        lambda: harness.deliveries(post)["x"].status == "scheduled", what="the commit"
    )
    strike(harness, trouble)
    if trouble == "disconnected":
        assert wait_until_held(harness, post, "x").endswith(TROUBLES[trouble])
        assert stages(harness) == {"DRAFT": 1}
    else:
        harness.dispatch_until(
            lambda: harness.read_job(post.id).claim is None, what="the job's rest"
        )
        assert stages(harness) == {"SCHEDULED": 1}
    strike(harness, "none")
    harness.dispatch_until(lambda: stages(harness) == {"SCHEDULED": 1}, what="the timer again")
    harness.dispatch_until(
        lambda: harness.deliveries(post)["x"].status == "scheduled", what="the commit"
    )
