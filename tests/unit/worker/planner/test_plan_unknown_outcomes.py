"""The planner: doubt, lateness and ends. What was perhaps sent is looked for before all else."""

from datetime import datetime, timedelta

import pytest

from models.snapshot import DeliveryView, Snapshot
from models.statuses import DeliveryStatus, Intent, MediaStatus, PostStatus
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

POLICY = Policy()
BEYOND = SLOT + POLICY.missed_grace + SECOND
D = DeliveryStatus


def decide(state: Snapshot, now: datetime = NOW) -> Decision:
    """The planner's decision under the default policy."""
    return next_step(state, POLICY, now)


@pytest.mark.parametrize("intent", [Intent.CREATE, Intent.SCHEDULE, Intent.PUBLISH_NOW])
@pytest.mark.parametrize("now", [NOW, SLOT, BEYOND, SLOT + timedelta(days=30)])
def test_an_open_intent_is_reconciled_first(intent: Intent, now: datetime) -> None:
    """Whatever the hour, before the missed rule: nobody knows what that call did.

    But a draft that may or may not exist publishes nothing: such a post can be missed.
    """
    status = D.PENDING if intent is Intent.CREATE else D.CREATED
    doubtful = delivery(status, intent=intent, intent_at=NOW)
    decision = decide(snapshot(doubtful), now)
    if intent is Intent.CREATE and now >= BEYOND:
        assert isinstance(decision, SetPostStatus)
        assert decision.status is PostStatus.MISSED
    else:
        assert decision == RunStep(Step.RECONCILE, doubtful)


def test_a_reconcile_waits_for_its_time() -> None:
    """A look that was put off is not taken early, and nothing else is done meanwhile."""
    doubtful = delivery(D.CREATED, intent=Intent.PUBLISH_NOW, not_before=BEYOND + HOUR)
    assert decide(snapshot(doubtful), BEYOND) == Wait(BEYOND + HOUR)


@pytest.mark.parametrize("status", [D.PENDING, D.CREATED])
def test_beyond_the_grace_a_post_is_missed(status: DeliveryStatus) -> None:
    """Nothing leaves by itself any more; the reason says when it was due and what went wrong."""
    late = delivery(status, error="the provider answered 503")
    decision = decide(snapshot(late), BEYOND)
    assert isinstance(decision, SetPostStatus)
    assert decision.status is PostStatus.MISSED
    assert "2026-03-04 12:00 UTC" in str(decision.reason)
    assert "503" in str(decision.reason)


def test_a_late_delivery_beside_a_published_one_fails_alone() -> None:
    """A post that is out on one account cannot be missed as a whole."""
    out, late = delivery(D.PUBLISHED, id="a"), delivery(D.CREATED, id="b")
    going = post(status=PostStatus.PUBLISHING)
    decision = decide(snapshot(out, late, of=going), BEYOND)
    assert isinstance(decision, FinishDelivery)
    assert (decision.delivery, decision.status) == (late, D.FAILED)


def test_a_late_delivery_does_not_settle_an_unknown_one() -> None:
    """While one delivery may have gone out, the post is not missed."""
    late = delivery(D.CREATED, id="a")
    doubtful = delivery(D.CREATED, id="b", intent=Intent.PUBLISH_NOW, not_before=BEYOND + HOUR)
    assert not isinstance(decide(snapshot(late, doubtful), BEYOND), SetPostStatus)


def test_a_file_that_is_late_makes_its_post_missed() -> None:
    """A post whose file is still on its way beyond the grace is missed, not scheduled for ever."""
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
    """The post becomes what all its deliveries amount to."""
    parts = [delivery(status, id=str(place)) for place, status in enumerate(statuses)]
    assert decide(snapshot(*parts), BEYOND) == SetPostStatus(becomes)


def test_the_reason_names_each_account() -> None:
    """Who reads why a post failed sees it for every platform."""
    first = delivery(D.FAILED, id="a", platform="x", error="too long")
    second = delivery(D.FAILED, id="b", platform="tiktok", error="no video")
    decision = decide(snapshot(first, second))
    assert decision == SetPostStatus(PostStatus.FAILED, "x: too long; tiktok: no video")


def test_a_post_shows_that_it_is_going_out() -> None:
    """As soon as one delivery is on its way, or its slot has come, so is the post."""
    rest = delivery(D.SCHEDULED, id="b", not_before=BEYOND)
    for now, status in ((NOW, D.PUBLISHING), (NOW, D.PUBLISHED), (SLOT, D.SCHEDULED)):
        first = delivery(status, id="a", not_before=BEYOND)
        assert decide(snapshot(first, rest), now) == SetPostStatus(PostStatus.PUBLISHING)


@pytest.mark.parametrize(
    ("part", "becomes"),
    [
        (delivery(), PostStatus.FAILED),
        (delivery(D.CREATED), PostStatus.FAILED),
        (delivery(intent=Intent.CREATE), PostStatus.FAILED),
        (delivery(D.CREATED, intent=Intent.SCHEDULE), PostStatus.UNKNOWN),
        (delivery(D.CREATED, intent=Intent.PUBLISH_NOW), PostStatus.UNKNOWN),
        (delivery(D.SCHEDULED), PostStatus.UNKNOWN),
        (delivery(D.PUBLISHING), PostStatus.UNKNOWN),
    ],
)
def test_a_poisoned_job_ends_visibly(part: DeliveryView, becomes: PostStatus) -> None:
    """A post that kills its workers stops, and never as if nothing had been sent."""
    decision = decide(snapshot(part, rescues=POLICY.rescues + 1))
    assert isinstance(decision, SetPostStatus)
    assert decision.status is becomes
    assert "11 workers" in str(decision.reason)
    assert decide(snapshot(part, rescues=POLICY.rescues)) == decide(snapshot(part))


@pytest.mark.parametrize("settled", [D.PUBLISHED, D.UNKNOWN])
def test_a_poisoned_job_hides_no_publication(settled: DeliveryStatus) -> None:
    """What went out on one account, or may have, is not called failed when another one breaks."""
    state = snapshot(delivery(settled, id="a"), delivery(id="b"), rescues=POLICY.rescues + 1)
    decision = decide(state)
    assert isinstance(decision, SetPostStatus)
    assert decision.status in {PostStatus.PARTIAL, PostStatus.UNKNOWN}


def test_a_post_that_is_being_cancelled_comes_no_nearer_to_publication() -> None:
    """Once its removal was asked for, a post is neither created, scheduled nor published."""
    removed = post(status=PostStatus.CANCELLING)
    nearer = {Step.UPLOAD, Step.CREATE, Step.SCHEDULE, Step.PUBLISH_NOW}
    for part in (media(MediaStatus.NEW), delivery(), delivery(D.CREATED)):
        decision = decide(snapshot(part, of=removed), SLOT)
        assert not (isinstance(decision, RunStep) and decision.step in nearer)
