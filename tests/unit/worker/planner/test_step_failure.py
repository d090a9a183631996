"""What a failed step leaves: failed only where nothing can have happened, else unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.snapshot import DeliveryView
from models.statuses import DeliveryStatus, Intent
from provider.errors import (
    GiveUp,
    IncompleteList,
    NoSpace,
    OutcomeUnknown,
    ProviderError,
    Retry,
)
from provider.registry import CAPABILITIES
from tests.unit.worker.snapshot_builders import NOW, delivery, post
from worker.planner.decisions import RunStep, Step
from worker.planner.policy import Policy
from worker.planner.retry_policy import RetryAction, RetryDecision
from worker.planner.step_failure import decide_after_failure, failure_columns

D = DeliveryStatus
POLICY = Policy(capabilities=CAPABILITIES)
GIVE_UP = RetryDecision(RetryAction.GIVE_UP)
STEPS = (Step.CREATE, Step.UPDATE, Step.SCHEDULE, Step.PUBLISH_NOW, Step.RECONCILE, Step.VERIFY)


def status_after(step: Step, subject: DeliveryView, error: ProviderError) -> object:
    """The delivery's status after the last attempt of this step."""
    return failure_columns(RunStep(step, subject), GIVE_UP, error, NOW).get("status")


def decide(step: Step, error: ProviderError, attempts: int) -> RetryDecision:
    """The decision for a post without a deadline."""
    subject = delivery(attempts=attempts)
    return decide_after_failure(
        RunStep(step, subject), post(scheduled_for=None), error, POLICY, 0.5, NOW
    )


@pytest.mark.parametrize("error", [IncompleteList("may go on"), Retry("away"), GiveUp("refused")])
@pytest.mark.parametrize("intent", [Intent.CREATE, Intent.SCHEDULE, Intent.PUBLISH_NOW])
def test_a_reconcile_that_gives_up_proves_nothing(intent: Intent, error: ProviderError) -> None:
    """The call that it looked for may have happened: unknown, and the intent stays for a retry."""
    subject = delivery(intent=intent, intent_at=NOW)
    columns = failure_columns(RunStep(Step.RECONCILE, subject), GIVE_UP, error, NOW)
    assert columns["status"] is D.UNKNOWN
    assert "intent" not in columns


@pytest.mark.parametrize("error", [Retry("never sent"), GiveUp("refused")])
def test_a_create_that_did_not_happen_is_failed(error: ProviderError) -> None:
    """It was refused or never sent: nothing of it exists."""
    assert status_after(Step.CREATE, delivery(), error) is D.FAILED


@given(
    step=st.sampled_from(STEPS), intent=st.sampled_from([None, *Intent]), status=st.sampled_from(D)
)
def test_what_may_exist_is_never_failed(
    step: Step, intent: Intent | None, status: DeliveryStatus
) -> None:
    """An open create or transition, or a post on its way: whatever step fails, with whatever
    error."""
    may_exist = intent in (Intent.CREATE, Intent.SCHEDULE, Intent.PUBLISH_NOW)
    may_exist = may_exist or status in (D.SCHEDULED, D.PUBLISHING)
    subject = delivery(status, intent=intent)
    for error in (OutcomeUnknown("lost"), Retry("away"), GiveUp("no")):
        if may_exist:
            assert status_after(step, subject, error) is D.UNKNOWN


@given(attempts=st.integers(0, 40))
def test_after_a_create_without_an_answer_the_provider_is_always_asked(attempts: int) -> None:
    """Also after the last attempt: only a search can say whether the post exists."""
    decision = decide(Step.CREATE, OutcomeUnknown("lost"), attempts)
    assert decision.action is RetryAction.RECONCILE
    assert decision.attempts == attempts + 1
    assert decision.delay.total_seconds() >= 0


def test_an_incomplete_list_is_read_again_a_few_times() -> None:
    """Reading it again rarely shows more: a person is asked after half the attempts."""
    error, tries = IncompleteList("may go on"), 1
    while decide(Step.RECONCILE, error, tries - 1).action is RetryAction.RECONCILE:
        tries += 1
    assert tries == POLICY.attempts / 2


def test_a_file_without_room_on_our_disk_waits_and_says_so() -> None:
    """It loses no attempt however often it happens, is not failed, and people see the reason."""
    error = NoSpace("the disk is full", 30)
    decision = decide(Step.UPLOAD, error, attempts=10_000)
    assert (decision.action, decision.attempts) == (RetryAction.SNOOZE, 10_000)
    columns = failure_columns(RunStep(Step.UPLOAD, delivery()), decision, error, NOW)
    assert columns == {"error": "the disk is full", "not_before": NOW + decision.delay}
