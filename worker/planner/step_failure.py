"""The new columns of a media or a delivery whose step failed. Pure."""

from datetime import datetime, timedelta

from models.snapshot import DeliveryView, PostView, UploadView
from models.statuses import DeliveryStatus, Desired, Intent, MediaStatus
from provider.errors import GiveUp, NoSpace, OutcomeUnknown, ProviderError, Retry
from worker.planner.decisions import INTENT_OF, TRANSITIONS, RunStep, Step
from worker.planner.policy import Policy
from worker.planner.retry_policy import RetryAction, RetryDecision, decide_retry

CLEARED_INTENT: dict[str, object] = {
    "intent": None,
    "intent_version": None,
    "intent_remote_id": None,
    "intent_at": None,
}
ZERO = timedelta(0)


def decide_after_failure(
    run_step: RunStep,
    post: PostView,
    error: ProviderError,
    policy: Policy,
    jitter: float,
    now: datetime,
) -> RetryDecision:
    """The retry decision for a failed step, with the limit on uploads."""
    attempts = run_step.subject.attempts
    until_deadline = _until_deadline(post, policy, now)
    decision = decide_retry(
        error, attempts, policy, jitter, step=run_step.step, until_deadline=until_deadline
    )
    if decision.action is RetryAction.GIVE_UP and _may_have_created(run_step, error):
        # The provider is asked once more. Only if it has nothing, the delivery is failed.
        return RetryDecision(RetryAction.RECONCILE, policy.first_delay, decision.attempts)
    uploads = run_step.subject.uploads if isinstance(run_step.subject, UploadView) else 0
    if decision.action is RetryAction.RESTART and uploads >= policy.uploads:
        return RetryDecision(RetryAction.GIVE_UP, attempts=decision.attempts)
    return decision


def _may_have_created(run_step: RunStep, error: ProviderError) -> bool:
    return run_step.step is Step.CREATE and isinstance(error, OutcomeUnknown)


def _until_deadline(post: PostView, policy: Policy, now: datetime) -> timedelta | None:
    """The time until the slot; after it, until the end of the grace period. None for a draft."""
    if post.desired is Desired.DRAFT or post.due_at is None:
        return None
    end = policy.grace_end(post) or post.due_at
    return (post.due_at if post.due_at > now else end) - now


def reclassify_error(
    run_step: RunStep, post: PostView, error: ProviderError, policy: Policy, now: datetime
) -> ProviderError:
    """Turn a refused `schedule` near the slot into a Retry: on the provider's clock, which may be
    ahead, the slot is over."""
    refused = isinstance(error, GiveUp) and run_step.step is Step.SCHEDULE
    if refused and (post.due_at or now) <= now + policy.late_after:
        return Retry(str(error), error.http_status)
    return error


def failure_columns(
    run_step: RunStep, decision: RetryDecision, error: ProviderError, now: datetime
) -> dict[str, object]:
    """The columns of the step's media or delivery that change after a failure."""
    retry_at = None if decision.action is RetryAction.GIVE_UP else now + decision.delay
    intent_columns = _intent_columns(run_step, decision.action)
    if decision.action is RetryAction.SNOOZE:  # the call was never made: no attempt, no error
        shown = {"error": str(error)} if isinstance(error, NoSpace) else {}
        return {**intent_columns, **shown, "not_before": retry_at}
    attempt_columns = {"error": str(error), "not_before": retry_at, "attempts": decision.attempts}
    status_columns = (
        _media_status(decision.action)
        if isinstance(run_step.subject, UploadView)
        else _delivery_status(decision.action, run_step, run_step.subject, error)
    )
    return {**intent_columns, **attempt_columns, **status_columns}


def _intent_columns(run_step: RunStep, action: RetryAction) -> dict[str, object]:
    """Clear the intent only if the failed call is the one that the intent was written for. A failed
    reconcile or a repeated call proves nothing about the first call."""
    subject = run_step.subject
    if (
        action is RetryAction.RECONCILE
        or run_step.step not in INTENT_OF
        or isinstance(subject, UploadView)
    ):
        return {}
    return {} if subject.intent is not None else CLEARED_INTENT


def _media_status(action: RetryAction) -> dict[str, object]:
    if action is RetryAction.GIVE_UP:
        return {"status": MediaStatus.FAILED}
    if action is RetryAction.RESTART:
        return {"status": MediaStatus.NEW, "remote_id": None, "not_before": None}
    return {}


def _delivery_status(
    action: RetryAction, run_step: RunStep, subject: DeliveryView, error: ProviderError
) -> dict[str, object]:
    """After giving up: failed; or unknown, if the post may be or become published, or may exist."""
    if action is not RetryAction.GIVE_UP:
        return {}
    may_have_happened = (
        subject.status in (DeliveryStatus.SCHEDULED, DeliveryStatus.PUBLISHING)
        or subject.intent in (*TRANSITIONS, Intent.CREATE)
        or (INTENT_OF.get(run_step.step) in TRANSITIONS and isinstance(error, OutcomeUnknown))
        or run_step.step is Step.DELETE
    )
    return {"status": DeliveryStatus.UNKNOWN if may_have_happened else DeliveryStatus.FAILED}
