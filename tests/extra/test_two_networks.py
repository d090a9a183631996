"""One post to Swonkie's simulator and to Bluesky's own server: either may be away, and the other
part goes out."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

import httpx
import pytest

from models.posts import Post
from models.statuses import DeliveryStatus, PostStatus
from tests.bluesky.pds_client import BlueskyAccount
from tests.extra.bluesky_server import BlueskyPds
from tests.integration.worker.connections.bluesky_harness import BlueskyHarness
from tests.integration.worker.post_changes import retry_post

SIMULATOR: Final = "x"
PLATFORMS: Final = [SIMULATOR, "bluesky"]


@contextmanager
def away(platform: str, bluesky: BlueskyHarness, pds: BlueskyPds) -> Iterator[None]:
    """This network answers nothing: the server is killed, the simulator refuses every call."""
    if platform == "bluesky":
        pds.kill()
        try:
            yield
        finally:
            pds.start()
        return
    bluesky.harness.inject_fault(kind="outage", seconds=3600)
    yield
    httpx.delete(f"{bluesky.harness.simulator.origin}/_simulator/faults").raise_for_status()


def wait_for(bluesky: BlueskyHarness, post: Post, platform: str, status: DeliveryStatus) -> None:
    """Tick until the delivery has this status."""
    bluesky.harness.dispatch_until(
        lambda: bluesky.harness.deliveries(post)[platform].status == status,
        what=f"{platform}: {status}",
    )


def assert_published_once(bluesky: BlueskyHarness, account: BlueskyAccount, post: Post) -> None:
    """It ends published, and each network has it once."""
    (ended,) = bluesky.harness.run_to_end(post)
    assert ended.status == PostStatus.PUBLISHED
    assert bluesky.texts(account) == ["both"]
    assert len(bluesky.harness.simulator_state("ledger")["publications"]) == 1


def test_both_networks_get_it(bluesky: BlueskyHarness) -> None:
    """It is published on both, once on each."""
    account = bluesky.connect()
    assert_published_once(bluesky, account, bluesky.harness.accept("both", platforms=PLATFORMS))


@pytest.mark.parametrize("gone", PLATFORMS)
def test_one_network_is_away(bluesky: BlueskyHarness, bluesky_pds: BlueskyPds, gone: str) -> None:
    """The other part goes out, and this one waits until its network is back."""
    account, (other,) = bluesky.connect(), {*PLATFORMS} - {gone}
    with away(gone, bluesky, bluesky_pds):
        post = bluesky.harness.accept("both", platforms=PLATFORMS)
        wait_for(bluesky, post, other, DeliveryStatus.PUBLISHED)
        assert bluesky.harness.deliveries(post)[gone].status == DeliveryStatus.PENDING
    assert_published_once(bluesky, account, post)


@pytest.mark.parametrize("gone", PLATFORMS)
def test_a_retry_touches_only_what_failed(
    bluesky: BlueskyHarness, bluesky_pds: BlueskyPds, gone: str
) -> None:
    """One network stays away for longer than the grace: the post is partial. A retry sends it there
    alone."""
    account, (other,) = bluesky.connect(), {*PLATFORMS} - {gone}
    bluesky.start_runner(missed_grace=timedelta(seconds=4))
    with away(gone, bluesky, bluesky_pds):
        post = bluesky.harness.accept("both", platforms=PLATFORMS)
        (ended,) = bluesky.harness.run_to_end(post)
        assert ended.status == PostStatus.PARTIAL
        before = bluesky.harness.deliveries(post)
        assert before[gone].status == DeliveryStatus.FAILED
    retry_post(bluesky.harness, post)
    assert_published_once(bluesky, account, post)
    assert bluesky.harness.deliveries(post)[other] == before[other]
