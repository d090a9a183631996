"""The provider is down: for a while, and during a slot, with each missed-slot policy."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.acceptance.stack import PATIENT_RETRIES, Stack
from tests.faults.reconciliation import wait_and_reconcile
from tests.faults.recording_client import RecordingClient, create_client, instant_in
from tests.wait import wait_until

GRACE = 4
EVERY_MINUTE = [{"cron": f"{first}-59/5 * * * *", "timezone": "UTC"} for first in range(5)]
# The status of a post whose slot was during the outage.
POLICIES = {"hold": "missed", "next_slot": "published", "publish_late": "published"}


@pytest.mark.timeout(240)
def test_a_provider_that_is_away_for_a_while(stack: Stack) -> None:
    """Refused calls, then a dead provider: all posts wait, and are published once afterwards."""
    client = create_client(stack)
    for number in range(20):
        client.publish("publish_now")
        if number == 5:
            stack.inject_fault(kind="outage", seconds=5)
        if number == 10:
            stack.processes["simulator"].kill()
    stack.start_simulator()
    assert wait_and_reconcile(stack, [client]).published == 20


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.timeout(300)
def test_a_provider_that_is_away_across_a_slot(tmp_path: Path, policy: str) -> None:
    """After the grace period a post is held, moves to the next slot, or is published late; never
    twice."""
    settings = {**PATIENT_RETRIES, "MISSED_POLICY": policy, "MISSED_GRACE": str(GRACE)}
    with Stack(tmp_path, faults=0, with_breakpoints=True, settings=settings) as stack:
        client = create_client(stack, queueSlots=EVERY_MINUTE, maxPostsPerSlot=4)
        stack.inject_fault(kind="outage", seconds=3600)
        slot = instant_in(4)
        for _ in range(4):
            # On one account: of two, one could be published within the grace period, one after it.
            client.publish("schedule", photo=False, scheduledAt=slot, platforms=["x"])
        wait_until(lambda: _is_over(client, slot, policy), 90, "the slot and its grace are over")
        stack.clear_faults()
        wait_and_reconcile(stack, [client])
        assert {post["status"] for post in client.posts()} == {POLICIES[policy]}


def _is_over(client: RecordingClient, slot: str, policy: str) -> bool:
    """Whether the policy was applied; with `publish_late` the API shows no change."""
    posts = client.posts()
    if policy == "hold":
        return all(post["status"] == "missed" for post in posts)
    if policy == "next_slot":
        slots = [post["scheduledFor"] for post in posts]  # none while they wait for a seat
        return all(each and datetime.fromisoformat(each) > _end(slot) for each in slots)
    return datetime.now(UTC) > _end(slot)


def _end(slot: str) -> datetime:
    return datetime.fromisoformat(slot) + timedelta(seconds=GRACE + 1)
