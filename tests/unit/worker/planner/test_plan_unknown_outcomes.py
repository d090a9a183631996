"""The planner: unknown outcomes are reconciled before anything else; late posts and final
statuses."""

from datetime import datetime, timedelta

import pytest

from models.snapshot import DeliveryView, Snapshot
from models.statuses import DeliveryStatus, Intent, MediaStatus, PostStatus
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
from worker.planner.decisions import Decision, FinishDelivery, RunStep, SetPostStatus, Step, Wait
from worker.planner.plan import next_step
from worker.planner.policy import Policy

POLICY = Policy(capabilities=CAPABILITIES)
BEYOND = SLOT + POLICY.missed_grace + SECOND
D = DeliveryStatus


def decide(state: Snapshot, now: datetime = NOW) -> Decision:
    """The planner's decision with the default policy."""
    return next_step(state, POLICY, now)


@pytest.mark.parametrize("intent", [Intent.CREATE, Intent.SCHEDULE, Intent.PUBLISH_NOW])
@pytest.mark.parametrize("now", [NOW, SLOT, BEYOND, SLOT + timedelta(days=30)])
def test_an_open_intent_is_reconciled_first(intent: Intent, now: datetime) -> None:
    """At any time, before the missed-slot policy: the outcome of that call is unknown.

    But a draft that may or may not exist publishes nothing: such a post can be missed.
    """
    status = D.PENDING if intent is Intent.CREATE else D.CREATED
    unresolved = delivery(status, intent=intent, intent_at=NOW)
    decision = decide(snapshot(unresolved), now)
    if intent is Intent.CREATE and now >= BEYOND:
        assert isinstance(decision, SetPostStatus)
        assert decision.status is PostStatus.MISSED
    else:
        assert decision == RunStep(Step.RECONCILE, unresolved)


def test_a_reconcile_waits_for_its_time() -> None:
    """A reconcile that is due later is not taken early, and no other step is taken before it."""
    unresolved = delivery(D.CREATED, intent=Intent.PUBLISH_NOW, not_before=BEYOND + HOUR)
    assert decide(snapshot(unresolved), BEYOND) == Wait(BEYOND + HOUR)


@pytest.mark.parametrize("status", [D.PENDING, D.CREATED])
def test_beyond_the_grace_a_post_is_missed(status: DeliveryStatus) -> None:
    """Nothing is published by itself any more; the reason says when it was due and what failed."""
    late = delivery(status, error="the provider answered 503")
    decision = decide(snapshot(late), BEYOND)
    assert isinstance(decision, SetPostStatus)
    assert decision.status is PostStatus.MISSED
    assert "2026-03-04 12:00 UTC" in str(decision.reason)
    assert "503" in str(decision.reason)


def test_a_late_delivery_beside_a_published_one_fails_alone() -> None:
    """A post that is published on one account cannot be missed as a whole."""
    out, late = delivery(D.PUBLISHED, id="a"), delivery(D.CREATED, id="b")
    going = post(status=PostStatus.PUBLISHING)
    decision = decide(snapshot(out, late, of=going), BEYOND)
    assert isinstance(decision, FinishDelivery)
    assert (decision.delivery, decision.status) == (late, D.FAILED)


def test_a_late_delivery_does_not_settle_an_unknown_one() -> None:
    """While one delivery may be published, the post is not missed."""
    late = delivery(D.CREATED, id="a")
    unresolved = delivery(D.CREATED, id="b", intent=Intent.PUBLISH_NOW, not_before=BEYOND + HOUR)
    assert not isinstance(decide(snapshot(late, unresolved), BEYOND), SetPostStatus)


def test_a_file_that_is_late_makes_its_post_missed() -> None:
    """A post whose file is not ready after the grace period is missed, not scheduled for ever."""
    file = media(MediaStatus.CONFIRMED, not_before=BEYOND + HOUR)
    decision = decide(snapshot(file, delivery()), BEYOND)
    assert isinstance(decision, SetPostStatus)
    assert decision.status is PostStatus.MISSED


@pytest.mark.parametrize(
    ("statuses", "becomes"),
    [
        ([D.PUBLISHED, D.PUBLISHED], PostStatus.PUBLISHED),
        ([D.PUBLISHED, D.FAILED], PostStatus.PARTIAL),
        ([D.FAILED, D.FAILED], PostStatus.FAILED),
        ([D.PUBLISHED, D.UNKNOWN], PostStatus.UNKNOWN),
        ([D.FAILED, D.UNKNOWN], PostStatus.UNKNOWN),
        ([D.PUBLISHED, D.CANCELLED], PostStatus.PARTIAL),
    ],
)
def test_settled_deliveries_sum_up(statuses: list[DeliveryStatus], becomes: PostStatus) -> None:
    """The post gets the status that follows from all its deliveries."""
    parts = [delivery(status, id=str(place)) for place, status in enumerate(statuses)]
    assert decide(snapshot(*parts), BEYOND) == SetPostStatus(becomes)


def test_the_reason_names_each_account() -> None:
    """The reason of a failed post has one part for every platform."""
    first = delivery(D.FAILED, id="a", platform="x", error="too long")
    second = delivery(D.FAILED, id="b", platform="tiktok", error="no video")
    decision = decide(snapshot(first, second))
    assert decision == SetPostStatus(PostStatus.FAILED, "x: too long; tiktok: no video")


def test_a_post_shows_that_it_is_going_out() -> None:
    """The post is publishing as soon as one delivery is, or its slot has come."""
    rest = delivery(D.SCHEDULED, id="b", not_before=BEYOND)
    for now, status in ((NOW, D.PUBLISHING), (NOW, D.PUBLISHED), (SLOT, D.SCHEDULED)):
        first = delivery(status, id="a", not_before=BEYOND)
        assert decide(snapshot(first, rest), now) == SetPostStatus(PostStatus.PUBLISHING)


@pytest.mark.parametrize(
    ("part", "becomes"),
    [
        (delivery(), PostStatus.FAILED),
        (delivery(D.CREATED), PostStatus.FAILED),
        (delivery(intent=Intent.CREATE), PostStatus.UNKNOWN),
        (delivery(D.CREATED, intent=Intent.SCHEDULE), PostStatus.UNKNOWN),
        (delivery(D.CREATED, intent=Intent.PUBLISH_NOW), PostStatus.UNKNOWN),
        (delivery(D.SCHEDULED), PostStatus.UNKNOWN),
        (delivery(D.PUBLISHING), PostStatus.UNKNOWN),
    ],
)
def test_a_poisoned_job_ends_visibly(part: DeliveryView, becomes: PostStatus) -> None:
    """A post whose workers die ends, and never as if nothing had been sent."""
    decision = decide(snapshot(part, rescues=POLICY.rescues + 1))
    assert isinstance(decision, SetPostStatus)
    assert decision.status is becomes
    assert "11 workers" in str(decision.reason)
    assert decide(snapshot(part, rescues=POLICY.rescues)) == decide(snapshot(part))


@pytest.mark.parametrize("settled", [D.PUBLISHED, D.UNKNOWN])
def test_a_poisoned_job_hides_no_publication(settled: DeliveryStatus) -> None:
    """A post that is or may be published on one account is not failed when another account's worker
    dies."""
    state = snapshot(delivery(settled, id="a"), delivery(id="b"), rescues=POLICY.rescues + 1)
    decision = decide(state)
    assert isinstance(decision, SetPostStatus)
    assert decision.status in {PostStatus.PARTIAL, PostStatus.UNKNOWN}


def test_a_post_that_is_being_cancelled_comes_no_nearer_to_publication() -> None:
    """After a removal was asked for, a post is not created, scheduled or published."""
    removed = post(status=PostStatus.CANCELLING)
    nearer = {Step.UPLOAD, Step.CREATE, Step.SCHEDULE, Step.PUBLISH_NOW}
    for part in (media(MediaStatus.NEW), delivery(), delivery(D.CREATED)):
        decision = decide(snapshot(part, of=removed), SLOT)
        assert not (isinstance(decision, RunStep) and decision.step in nearer)


def test_a_restored_post_without_an_account_comes_to_an_end() -> None:
    """While the accounts are not known, it waits, but not longer than the grace period: then a
    person must look whether it was published."""
    lonely = delivery(intent=Intent.PUBLISH_NOW, intent_at=NOW, profile_id=None)
    state = snapshot(lonely, accounts_known=False)
    now = NOW
    while isinstance(decision := decide(state, now), Wait):
        assert decision.until is not None
        assert now < decision.until <= now + timedelta(minutes=1)
        now = decision.until
    assert now >= NOW + POLICY.missed_grace
    assert isinstance(decision, FinishDelivery)
    assert decision.status is D.UNKNOWN
    assert decide(snapshot(lonely), NOW) == decision
