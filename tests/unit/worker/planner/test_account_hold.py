"""The planner: accounts that cannot be used, and the deliveries that wait for them."""

from datetime import datetime
from typing import Any

import pytest

from models.snapshot import Snapshot
from models.statuses import DeliveryStatus, Desired, Intent, MediaStatus, PostStatus
from models.store.tenants.accounts import describe_problem, needs_attention
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
from worker.planner.decisions import (
    Decision,
    FinishDelivery,
    HoldDelivery,
    RunStep,
    SetPostStatus,
    Step,
    Wait,
)
from worker.planner.plan import next_step
from worker.planner.policy import MissedPolicy, Policy

POLICY = Policy(capabilities=CAPABILITIES)
D = DeliveryStatus
WHY = "the account Brand needs attention at the provider (statusLevel EXPIRED)"
HELD: dict[str, Any] = {"account_problem": WHY, "is_held": True, "error": WHY}
LAST = SLOT + POLICY.missed_grace
WAITING = [delivery(**HELD), delivery(D.CREATED, **HELD), delivery(intent=Intent.CREATE, **HELD)]


def decide(
    state: Snapshot, now: datetime = NOW, missed: MissedPolicy = MissedPolicy.HOLD
) -> Decision:
    """The planner's decision with a missed-slot policy."""
    return next_step(state, Policy(missed=missed, capabilities=CAPABILITIES), now)


@pytest.mark.parametrize("status", [D.PENDING, D.CREATED])
@pytest.mark.parametrize("desired", list(Desired))
def test_what_cannot_go_on_says_so_first(status: DeliveryStatus, desired: Desired) -> None:
    """The reason is stored before the wait, and again when it changes."""
    wish = post(desired=desired, accepted_at=NOW)
    fresh = delivery(status, account_problem=WHY)
    assert decide(snapshot(fresh, of=wish)) == HoldDelivery(fresh, WHY)
    other = delivery(
        status, account_problem=WHY, is_held=True, error="the account Brand is disconnected"
    )
    assert decide(snapshot(other, of=wish)) == HoldDelivery(other, WHY)


@pytest.mark.parametrize("waiting", WAITING)
@pytest.mark.parametrize("now", [NOW, SLOT - HOUR, SLOT, LAST])
def test_nothing_is_made_or_published_on_it_until_the_grace_ends(
    waiting: Decision, now: datetime
) -> None:
    """No create, no update, no timer; the post wakes when the missed-slot policy must decide."""
    assert decide(snapshot(waiting), now) == Wait(LAST + SECOND)  # type: ignore[arg-type]


@pytest.mark.parametrize("waiting", WAITING)
def test_beyond_the_grace_the_policy_decides(waiting: Decision) -> None:
    """Hold: missed, with the account as the reason. Next slot: the backlog. Publish late: waits."""
    state, beyond = snapshot(waiting), LAST + SECOND  # type: ignore[arg-type]
    held = decide(state, beyond)
    assert isinstance(held, SetPostStatus)
    assert held.status is PostStatus.MISSED
    assert WHY in (held.reason or "")
    queued = decide(state, beyond, MissedPolicy.NEXT_SLOT)
    assert isinstance(queued, SetPostStatus)
    assert queued.status is PostStatus.BACKLOG
    assert decide(state, beyond, MissedPolicy.PUBLISH_LATE) == Wait(None)


def test_a_recovered_account_resumes_its_posts_and_history_says_so() -> None:
    """The reason is cleared, and the next step is the usual one."""
    mended = delivery(D.CREATED, is_held=True, error=WHY)
    assert decide(snapshot(mended), SLOT - HOUR) == HoldDelivery(mended, None)
    good = delivery(D.CREATED)
    assert decide(snapshot(good), SLOT - HOUR) == RunStep(Step.SCHEDULE, good)


def test_others_of_the_post_go_on() -> None:
    """A hold on one account never affects another, which is published in time."""
    held, good = delivery(D.CREATED, id="a", **HELD), delivery(D.CREATED, id="b")
    assert decide(snapshot(held, good), SLOT - HOUR) == RunStep(Step.SCHEDULE, good)
    out = delivery(D.PUBLISHED, id="b")
    going = snapshot(held, out, of=post(status=PostStatus.PUBLISHING))
    assert decide(going, SLOT) == Wait(LAST + SECOND)
    ended = decide(going, LAST + SECOND)
    assert isinstance(ended, FinishDelivery)
    assert (ended.delivery, ended.status) == (held, D.FAILED)
    assert WHY in ended.reason


def test_files_are_prepared_meanwhile() -> None:
    """An upload publishes nothing, and a bad file should be found early."""
    file = media(MediaStatus.NEW)
    assert decide(snapshot(file, delivery(account_problem=WHY))) == RunStep(Step.UPLOAD, file)


def test_what_the_timer_has_is_left() -> None:
    """It is published by itself, and verified after its slot."""
    timed = delivery(D.SCHEDULED, account_problem=WHY)
    assert decide(snapshot(timed), SLOT - HOUR) == Wait(SLOT)
    going = post(status=PostStatus.PUBLISHING)
    assert decide(snapshot(timed, of=going), SLOT) == RunStep(Step.VERIFY, timed)


def test_what_the_timer_has_for_a_disconnected_account_is_taken_off() -> None:
    """A person disconnected it on purpose. If the slot is too near, it stays on the timer."""
    timed = delivery(D.SCHEDULED, account_problem=WHY, is_disconnected=True)
    assert decide(snapshot(timed), SLOT - HOUR) == RunStep(Step.UNSCHEDULE, timed)
    assert decide(snapshot(timed), SLOT - SECOND) == Wait(SLOT)
    stray = delivery(D.SCHEDULED, account_problem=WHY, is_disconnected=True, is_stray=True)
    assert decide(snapshot(stray), SLOT - HOUR) == RunStep(Step.DELETE, stray)


@pytest.mark.parametrize("intent", [Intent.SCHEDULE, Intent.PUBLISH_NOW])
def test_what_may_have_been_published_is_reconciled(intent: Intent) -> None:
    """A reconcile changes nothing, and finds out what happened."""
    unresolved = delivery(D.CREATED, intent=intent, **HELD)
    assert decide(snapshot(unresolved)) == RunStep(Step.RECONCILE, unresolved)


@pytest.mark.parametrize(
    ("level", "needs"),
    [("OK", False), ("ok ", False), ("", False), ("EXPIRED", True), ("0", True), ("OKAY", True)],
)
def test_any_level_but_ok_needs_care(level: str, needs: bool) -> None:
    """Every level of the provider but OK; an empty level is healthy."""
    assert needs_attention(level) is needs
    said = describe_problem("Brand", level, is_gone=False, is_disconnected=False)
    assert (said is not None) is needs


@pytest.mark.parametrize(
    "files",
    [[], [media(MediaStatus.NEW, not_before=NOW + HOUR)]],
    ids=["before its next try", "before the next try of its file"],
)
def test_the_hold_is_noted_while_something_else_is_waited_for(files: list[Any]) -> None:
    """A delivery says at once that its account cannot be used, and goes on at once when it can."""
    refused = delivery(not_before=NOW + HOUR, account_problem=WHY)
    assert decide(snapshot(refused, *files)) == HoldDelivery(refused, WHY)
    mended = delivery(not_before=NOW + HOUR, is_held=True, error=WHY)
    assert decide(snapshot(mended, *files)) == HoldDelivery(mended, None)
