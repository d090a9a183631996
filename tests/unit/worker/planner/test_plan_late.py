"""The planner: outdated, paused and late posts, and missed slots with each policy."""

from datetime import datetime, timedelta

import pytest

from models.snapshot import Snapshot
from models.statuses import DeliveryStatus, Desired, Intent, MediaStatus, PostStatus
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
from worker.planner.policy import MissedPolicy, Policy

POLICY = Policy(capabilities=CAPABILITIES)
D = DeliveryStatus
LATE = SLOT + POLICY.late_after + SECOND
LAST = SLOT + POLICY.missed_grace
BEYOND = LAST + SECOND
NOW_PLEASE = post(desired=Desired.PUBLISHED_NOW, status=PostStatus.PUBLISHING, accepted_at=SLOT)


def decide(
    state: Snapshot, now: datetime = NOW, missed: MissedPolicy = MissedPolicy.HOLD
) -> Decision:
    """The planner's decision with a missed-slot policy."""
    return next_step(state, Policy(missed=missed, capabilities=CAPABILITIES), now)


def asks_for_arrangement(decision: Decision) -> bool:
    """Whether the organization's queue must decide when the post goes out."""
    return isinstance(decision, Wait) and decision.arrange_queue


def becomes(decision: Decision) -> PostStatus | None:
    """The post's new status, if that is the decision."""
    return decision.status if isinstance(decision, SetPostStatus) else None


@pytest.mark.parametrize("sent", [None, 1])
@pytest.mark.parametrize("now", [NOW, SLOT - HOUR, SLOT, SLOT + SECOND])
def test_an_outdated_draft_is_updated_before_it_goes_anywhere(
    sent: int | None, now: datetime
) -> None:
    """The remote post must have the desired content before it is scheduled or published."""
    made = delivery(D.CREATED, sent_version=sent)
    for desired in Desired:
        wish = post(content_version=2, desired=desired, accepted_at=now)
        assert decide(snapshot(made, of=wish), now) == RunStep(Step.UPDATE, made)


def test_a_draft_that_is_up_to_date_is_left_alone() -> None:
    """The same version is not sent twice; an open intent is reconciled before any update."""
    wish = post(content_version=3)
    made = delivery(D.CREATED, sent_version=3)
    assert isinstance(decide(snapshot(made, of=wish)), Wait)
    unresolved = delivery(D.CREATED, sent_version=2, intent=Intent.SCHEDULE)
    assert decide(snapshot(unresolved, of=wish)) == RunStep(Step.RECONCILE, unresolved)


@pytest.mark.parametrize("now", [NOW, SLOT - HOUR, SLOT, LATE])
def test_a_paused_queue_hands_nothing_over(now: datetime) -> None:
    """The post may be created, but waits until the queue is resumed."""
    made, fresh = delivery(D.CREATED), delivery()
    assert decide(snapshot(made, is_paused=True), now) == Wait(None)
    assert decide(snapshot(fresh, is_paused=True), now) == RunStep(Step.CREATE, fresh)


def test_a_pause_concerns_the_queue_alone() -> None:
    """A post with its own time, and one to publish now, are published."""
    made = delivery(D.CREATED)
    own = post(publish_mode="schedule")
    assert decide(snapshot(made, of=own, is_paused=True), SLOT - HOUR) == RunStep(
        Step.SCHEDULE, made
    )
    at_once = snapshot(made, of=NOW_PLEASE, is_paused=True)
    assert decide(at_once, SLOT) == RunStep(Step.PUBLISH_NOW, made)


def test_what_the_providers_timer_has_is_not_paused() -> None:
    """It is published by itself, and verified."""
    handed = delivery(D.SCHEDULED)
    going = post(status=PostStatus.PUBLISHING)
    assert decide(snapshot(handed, of=going, is_paused=True), SLOT) == RunStep(Step.VERIFY, handed)


@pytest.mark.parametrize("missed", list(MissedPolicy))
@pytest.mark.parametrize("now", [LATE, LAST])
def test_a_late_post_waits_for_its_turn(missed: MissedPolicy, now: datetime) -> None:
    """Late posts go out one after another, so it asks the queue for a time, with every policy."""
    assert asks_for_arrangement(decide(snapshot(delivery(D.CREATED)), now, missed))


def test_its_turn_come_a_late_post_leaves() -> None:
    """The time that it was given is its slot now: open already, and not late."""
    turn = BEYOND + HOUR
    made = delivery(D.CREATED)
    for missed, of in ((MissedPolicy.PUBLISH_LATE, None), (MissedPolicy.HOLD, turn)):
        state = snapshot(made, of=post(late_at=turn, grace_from=of, opens_at=turn + HOUR))
        assert decide(state, turn - HOUR, missed) == RunStep(Step.SCHEDULE, made)
        assert decide(state, turn - SECOND, missed) == Wait(turn)
        assert decide(state, turn, missed) == RunStep(Step.PUBLISH_NOW, made)
        assert asks_for_arrangement(decide(state, turn + POLICY.late_after + SECOND, missed))


@pytest.mark.parametrize("turn", [LATE, LAST, BEYOND])
def test_a_turn_does_not_move_the_grace(turn: datetime) -> None:
    """The grace counts from the slot: after it the policy decides, whatever turn the post has, and
    the post wakes up for that."""
    state = snapshot(delivery(D.CREATED), of=post(late_at=turn))
    assert becomes(decide(state, BEYOND)) is PostStatus.MISSED
    assert becomes(decide(state, BEYOND, MissedPolicy.NEXT_SLOT)) is PostStatus.BACKLOG
    waiting = decide(snapshot(delivery(D.CREATED), of=post(late_at=SLOT + SECOND)), LAST)
    assert isinstance(waiting, Wait)
    assert waiting.until == BEYOND


@pytest.mark.parametrize("missed", [MissedPolicy.HOLD, MissedPolicy.NEXT_SLOT])
def test_a_person_gives_a_new_grace(missed: MissedPolicy) -> None:
    """A post that was released has a whole grace period from the turn that it got then, and no
    longer one from a turn after that."""
    released = BEYOND + HOUR
    made = delivery(D.CREATED)
    again = released + POLICY.late_after + SECOND
    state = snapshot(made, of=post(late_at=again, grace_from=released))
    last = released + POLICY.missed_grace
    assert decide(state, again, missed) == RunStep(Step.PUBLISH_NOW, made)
    assert becomes(decide(state, last + SECOND, missed)) in (PostStatus.MISSED, PostStatus.BACKLOG)


@pytest.mark.parametrize("sibling", [D.PUBLISHED, D.FAILED])
def test_a_post_that_has_begun_to_leave_goes_on_at_once(sibling: DeliveryStatus) -> None:
    """If one account has it already, the others do not wait."""
    rest = delivery(D.CREATED, id="b")
    state = snapshot(delivery(sibling, id="a"), rest, of=post(status=PostStatus.PUBLISHING))
    assert decide(state, LATE) == RunStep(Step.PUBLISH_NOW, rest)


@pytest.mark.parametrize("status", [D.PENDING, D.CREATED])
def test_beyond_the_grace_the_policy_decides(status: DeliveryStatus) -> None:
    """Hold: a person decides. Next slot: back to the backlog. Publish late: the queue gives it a
    time."""
    state = snapshot(delivery(status))
    assert becomes(decide(state, BEYOND)) is PostStatus.MISSED
    assert becomes(decide(state, BEYOND, MissedPolicy.NEXT_SLOT)) is PostStatus.BACKLOG
    assert asks_for_arrangement(decide(state, BEYOND, MissedPolicy.PUBLISH_LATE))


def test_publish_now_is_missed_under_each_policy() -> None:
    """It has no next slot, so it is held; with publish_late it is published, however late it is."""
    made = delivery(D.CREATED)
    state = snapshot(made, of=NOW_PLEASE)
    for missed in (MissedPolicy.HOLD, MissedPolicy.NEXT_SLOT):
        assert decide(state, LAST, missed) == RunStep(Step.PUBLISH_NOW, made)
        assert becomes(decide(state, BEYOND, missed)) is PostStatus.MISSED
    for now in (LAST, BEYOND, BEYOND + 999 * HOUR):
        assert decide(state, now, MissedPolicy.PUBLISH_LATE) == RunStep(Step.PUBLISH_NOW, made)


@pytest.mark.parametrize("status", [MediaStatus.NEW, MediaStatus.CONFIRMED])
def test_a_file_that_is_not_ready_beyond_the_grace(status: MediaStatus) -> None:
    """Hold and next slot decide at once; publish late goes on with the file until it is ready."""
    file = media(status)
    state = snapshot(file, delivery())
    assert becomes(decide(state, BEYOND)) is PostStatus.MISSED
    assert becomes(decide(state, BEYOND, MissedPolicy.NEXT_SLOT)) is PostStatus.BACKLOG
    step = Step.UPLOAD if status is MediaStatus.NEW else Step.POLL
    assert decide(state, BEYOND, MissedPolicy.PUBLISH_LATE) == RunStep(step, file)


def test_half_a_post_beyond_the_grace_is_not_missed_as_a_whole() -> None:
    """One account has it: the other delivery fails, or is published at once where late posts are
    allowed."""
    rest = delivery(D.CREATED, id="b")
    state = snapshot(delivery(D.PUBLISHED, id="a"), rest, of=post(status=PostStatus.PUBLISHING))
    for missed in (MissedPolicy.HOLD, MissedPolicy.NEXT_SLOT):
        decision = decide(state, BEYOND, missed)
        assert isinstance(decision, FinishDelivery)
        assert (decision.delivery, decision.status) == (rest, D.FAILED)
    assert decide(state, BEYOND, MissedPolicy.PUBLISH_LATE) == RunStep(Step.PUBLISH_NOW, rest)


def test_the_new_post_of_a_seat_waits_for_the_old_one() -> None:
    """As long as that one may still be published in the slot, it is neither put on the timer nor
    published; once it is late, it asks for a turn as any late post."""
    made = delivery(D.CREATED)
    shared = snapshot(made, is_seat_shared=True)
    for now in (SLOT - HOUR, SLOT):
        decision = decide(shared, now)
        assert isinstance(decision, Wait)
        assert decision.until is not None
        assert now < decision.until < now + timedelta(minutes=1)
    assert asks_for_arrangement(decide(shared, LATE))
    fresh = delivery()
    assert decide(snapshot(fresh, is_seat_shared=True)) == RunStep(Step.CREATE, fresh)
