"""The account job with the provider's lists in pages, and with lists that show their first page
alone."""

from datetime import timedelta

import pytest

from models.statuses import DeliveryStatus
from tests.integration.worker.account_helpers import (
    read_account,
    read_connection,
    run_account_job,
    set_profile,
    sync_accounts,
)
from tests.integration.worker.pipeline_observer import assert_published_once
from tests.integration.worker.worker_harness import WorkerHarness

# A bare page with so many items looks full.
PAGE_SIZE = 10
# The simulator starts with eight profiles, the one on X is the last: so many are more than a page.
MORE_PROFILES = 3


def shape_lists(harness: WorkerHarness, shape: str, page_size: int = PAGE_SIZE) -> None:
    """The provider's lists have this shape from now on."""
    url = f"{harness.simulator.origin}/_simulator/lists"
    body = {"key": "key", "shape": shape, "pageSize": page_size}
    harness.http.put(url, json=body).raise_for_status()


def connect(harness: WorkerHarness, platform: str, times: int = MORE_PROFILES) -> None:
    """Add profiles on a platform at the provider, whose first call makes the connection."""
    headers = {"X-API-ID": "app", "X-API-KEY": "key"}
    harness.http.get(f"{harness.simulator.base_url}/profiles", headers=headers).raise_for_status()
    for _ in range(times):
        link = f"{harness.simulator.origin}/connect"
        harness.http.post(link, data={"platform": platform}).raise_for_status()


def test_an_account_behind_an_incomplete_list_is_not_gone(harness: WorkerHarness) -> None:
    """The list shows ten of eleven profiles and may go on: the eleventh account keeps its state and
    gets its posts. What the page does show is believed."""
    connect(harness, "x")
    sync_accounts(harness)
    last = read_account(harness, "x", MORE_PROFILES)
    shape_lists(harness, "bare")
    set_profile(harness, "tiktok", statusLevel="EXPIRED")
    assert read_connection(harness).accounts_synced_at is None
    assert not read_account(harness, "x", MORE_PROFILES).is_gone
    assert read_account(harness, "tiktok").status_level == "EXPIRED"
    post = harness.accept(platforms=None, accountIds=[last.id])
    harness.run_to_end(post)
    assert_published_once(harness, post)


@pytest.mark.parametrize("shape", ["page", "has_more", "next_url", "link_header", "total"])
def test_only_the_account_that_left_is_gone(harness: WorkerHarness, shape: str) -> None:
    """Lists of several pages that show their end: one profile left, the others are all there."""
    connect(harness, "x")
    sync_accounts(harness)
    shape_lists(harness, shape, page_size=3)
    set_profile(harness, "threads", listed=False)
    assert read_account(harness, "threads").is_gone
    places = [("x", place) for place in range(MORE_PROFILES + 1)]
    others = [read_account(harness, *place) for place in (*places, ("facebook", 0))]
    assert not any(each.is_gone for each in others)
    assert read_connection(harness).accounts_synced_at is not None


def test_a_post_waits_for_an_account_that_may_be_behind_an_incomplete_list(
    harness: WorkerHarness,
) -> None:
    """No account of the platform is on the only page: that is no reason to fail the post. It goes
    out when the list can be read."""
    connect(harness, "facebook", times=4)
    url, profile = f"{harness.simulator.origin}/_simulator/profiles", {"network": "x"}
    harness.http.patch(url, json={**profile, "listed": False}).raise_for_status()
    shape_lists(harness, "bare")
    run_account_job(harness)
    post = harness.accept(platforms=["x"])
    harness.dispatch_until(lambda: harness.read_job(post.id).claim, what="the claim")
    claimed_until = harness.read_job(post.id).claim_expires_at
    harness.dispatch_until(  # every plan begins with a renewal of the claim
        lambda: harness.read_job(post.id).claim_expires_at > claimed_until + timedelta(seconds=1),
        what="another plan",
    )
    assert harness.deliveries(post)["x"].status == DeliveryStatus.PENDING
    harness.http.patch(url, json={**profile, "listed": True}).raise_for_status()
    shape_lists(harness, "page")
    sync_accounts(harness)
    harness.run_to_end(post)
    assert_published_once(harness, post)
