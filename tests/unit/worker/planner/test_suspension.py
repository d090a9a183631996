"""The planner: posts of an organization that the operator has switched off."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.snapshot import DeliveryView, PostView
from models.statuses import UNAPPROVED, DeliveryStatus, Desired, Intent, MediaStatus, PostStatus
from provider.registry import CAPABILITIES
from tests.unit.worker.snapshot_builders import (
    HOUR,
    NOW,
    SECOND,
    SLOT,
    delivery,
    media,
    post,
    snapshot,
)
from worker.planner.decisions import Decision, RunStep, Step, Wait
from worker.planner.plan import next_step
from worker.planner.policy import MissedPolicy, Policy

POLICY = Policy(capabilities=CAPABILITIES)
D = DeliveryStatus
OPEN = [
    PostStatus.DRAFT,
    *UNAPPROVED,
    PostStatus.BACKLOG,
    PostStatus.SCHEDULED,
    PostStatus.PUBLISHING,
]


def decide(
    one: DeliveryView, now: datetime = NOW, of: PostView | None = None, policy: Policy = POLICY
) -> Decision:
    """The decision for a post with one delivery."""
    return next_step(snapshot(one, of=of, is_suspended=True), policy, now)


@pytest.mark.parametrize("status", [D.PENDING, D.CREATED])
@pytest.mark.parametrize("desired", [Desired.SCHEDULED, Desired.PUBLISHED_NOW])
@pytest.mark.parametrize("missed", MissedPolicy)
@pytest.mark.parametrize("now", [NOW, SLOT, SLOT + 100 * HOUR])
def test_what_is_not_there_waits_without_a_wake_up(
    status: DeliveryStatus, desired: Desired, missed: MissedPolicy, now: datetime
) -> None:
    """Before, at and after its slot, and after its grace, under any policy."""
    policy = Policy(missed=missed, capabilities=CAPABILITIES)
    assert decide(delivery(status), now, post(desired=desired), policy) == Wait(None)


def test_files_are_not_sent() -> None:
    """No upload begins."""
    state = snapshot(media(MediaStatus.NEW), delivery(), is_suspended=True)
    assert next_step(state, POLICY, NOW) == Wait(None)


def test_a_timer_is_taken_back_in_time() -> None:
    """Long before the slot it is unscheduled; just before it waits; after it, it is verified."""
    timed = delivery(D.SCHEDULED)
    assert decide(timed) == RunStep(Step.UNSCHEDULE, timed)
    assert decide(timed, SLOT - SECOND) == Wait(SLOT)
    assert decide(timed, SLOT + SECOND) == RunStep(Step.VERIFY, timed)


def test_a_call_that_may_still_arrive_is_deleted() -> None:
    """A stray, and a timer whose end got no answer, are deleted: nothing else is safe."""
    for each in (
        delivery(D.CREATED, is_stray=True),
        delivery(D.FAILED, is_stray=True),
        delivery(D.SCHEDULED, intent=Intent.UNSCHEDULE),
    ):
        assert decide(each) == RunStep(Step.DELETE, each)


@given(
    st.sampled_from(OPEN), st.sampled_from(D), st.none() | st.sampled_from(Intent), st.booleans(),
    st.sampled_from([NOW, SLOT - SECOND, SLOT, SLOT + 100 * HOUR]),
    st.sampled_from(["swonkie", "bluesky"]),
)  # fmt: skip
def test_no_state_leads_to_a_publication(
    status: PostStatus,
    state: DeliveryStatus,
    intent: Intent | None,
    is_stray: bool,
    now: datetime,
    provider: str,
) -> None:
    """Whatever the rows say, nothing is created, changed, handed over or published."""
    one = delivery(state, intent=intent, is_stray=is_stray, intent_version=1, intent_at=NOW)
    of = post(status=status)
    assert one.connection is not None
    there = replace(one, connection=replace(one.connection, provider=provider))
    decision = next_step(snapshot(there, of=of, is_suspended=True), POLICY, now)
    if isinstance(decision, RunStep):
        assert decision.step in (Step.UNSCHEDULE, Step.DELETE, Step.RECONCILE, Step.VERIFY)
