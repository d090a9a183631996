"""The retry policy: turns an error into retry, snooze, block or give up, with a delay. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from provider.errors import (
    GiveUp,
    IncompleteList,
    NotNow,
    OutcomeUnknown,
    ProviderError,
    Reconnect,
    RestartUpload,
    Retry,
    RetryAfter,
)
from worker.planner.decisions import Step
from worker.planner.policy import Policy

ZERO = timedelta(0)


class RetryAction(StrEnum):
    """What happens to a failed step."""

    RETRY = "retry"
    BLOCKED = "blocked"  # all jobs of the connection wait
    SNOOZE = "snooze"  # only this job waits; the call was never made
    RESTART = "restart"
    RECONCILE = "look"
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """The action, the delay before it, and the new count of failed attempts."""

    action: RetryAction
    delay: timedelta = ZERO
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class RetryBudget:
    """How many failed attempts a step may have, as multiples of the policy's numbers.

    `unknown_outcomes`: for calls that may have happened, and for uploads that were restarted.
    `outages`: for calls that did not happen.
    """

    unknown_outcomes: float = 1
    outages: float = 1


DEFAULT_BUDGET = RetryBudget()
INCOMPLETE_LIST_SHARE = 1 / 2
BUDGETS: Mapping[str, RetryBudget] = {
    # Each attempt may transfer the whole file.
    Step.UPLOAD: RetryBudget(outages=1 / 3),
    # The post may be published already. A read is cheap, and a person could do no more than read.
    Step.RECONCILE: RetryBudget(unknown_outcomes=2, outages=2),
    Step.VERIFY: RetryBudget(unknown_outcomes=2, outages=2),
    # A person decided that it must not be published.
    Step.UNSCHEDULE: RetryBudget(unknown_outcomes=2, outages=2),
    Step.DELETE: RetryBudget(unknown_outcomes=2, outages=2),
}


def decide_retry(
    error: ProviderError,
    attempts: int,
    policy: Policy,
    jitter: float,
    *,
    step: str | None = None,
    until_deadline: timedelta | None = None,
) -> RetryDecision:
    """Decides what to do after a failed step.

    `attempts`: failed attempts before this one. `jitter`: random, in [0, 1). `until_deadline`: the
    time until the next deadline (the slot, then the end of its grace period); None or negative
    without one. No back-off is longer than this, but the wait that a media source asks for may be.
    While a deadline is ahead, the deadline ends the retries, so an outage uses no budget.
    """
    ahead = until_deadline if until_deadline is not None and until_deadline > ZERO else None
    has_deadline = ahead is not None
    if isinstance(error, RetryAfter | NotNow):
        return _decide_throttled(error, attempts, policy, jitter)
    if isinstance(error, GiveUp) or attempts + 1 >= _max_attempts(
        error, policy, step, has_deadline=has_deadline
    ):
        return RetryDecision(RetryAction.GIVE_UP, attempts=attempts + 1)
    if isinstance(error, RestartUpload):
        return RetryDecision(RetryAction.RESTART, attempts=attempts + 1)
    action = RetryAction.RECONCILE if isinstance(error, OutcomeUnknown) else RetryAction.RETRY
    # Only a person can replace refused credentials: retry rarely.
    rarely = isinstance(error, Reconnect) and (ahead is None or ahead > policy.max_delay)
    delay = policy.max_delay if rarely else backoff(attempts, policy, jitter, ahead)
    return RetryDecision(
        action,
        max(delay, _min_delay(error, jitter)),
        _attempts_after(error, attempts, policy, has_deadline=has_deadline),
    )


def _decide_throttled(
    error: RetryAfter | NotNow, attempts: int, policy: Policy, jitter: float
) -> RetryDecision:
    """Wait as long as the error asks, plus up to 10% jitter against waves. Costs no attempt."""
    seconds = timedelta(seconds=error.seconds) * (1 + jitter / 10)
    if isinstance(error, NotNow):
        return RetryDecision(RetryAction.SNOOZE, seconds, attempts)
    min_delay = policy.first_delay * (1 + jitter / 10)
    return RetryDecision(RetryAction.BLOCKED, max(min_delay, seconds), attempts)


def _min_delay(error: ProviderError, jitter: float) -> timedelta:
    """As long as a media source asked for, plus up to 10% jitter against waves."""
    seconds = error.min_delay if isinstance(error, Retry) else 0
    return timedelta(seconds=seconds) * (1 + jitter / 10)


def _max_attempts(
    error: ProviderError, policy: Policy, step: str | None, *, has_deadline: bool
) -> float:
    """Outages end by themselves, and a slot may be days away. Unknown outcomes cannot wait."""
    budget = BUDGETS.get(step, DEFAULT_BUDGET) if step else DEFAULT_BUDGET
    if isinstance(error, IncompleteList):  # reading it again rarely shows more: ask a person soon
        return policy.attempts * INCOMPLETE_LIST_SHARE
    if not isinstance(error, Retry | Reconnect):
        return policy.attempts * budget.unknown_outcomes
    return math.inf if has_deadline else policy.max_outage_attempts * budget.outages


def _attempts_after(
    error: ProviderError, attempts: int, policy: Policy, *, has_deadline: bool
) -> int:
    """Outages and unknown outcomes share one counter. While a deadline is ahead, cap the outage
    count, so that a lost response after a long outage is still reconciled before we give up."""
    if not has_deadline or isinstance(error, OutcomeUnknown):
        return attempts + 1
    max_count = min(policy.attempts * 3 // 4, policy.attempts - 2)
    return max(attempts, min(attempts + 1, max_count))


def backoff(
    attempts: int, policy: Policy, jitter: float, max_delay: timedelta | None = None
) -> timedelta:
    """Exponential back-off with full jitter: up to first_delay * 2 ** attempts, capped."""
    doubled: timedelta = policy.first_delay * 2 ** min(attempts, 30)
    return min(policy.max_delay, doubled, max_delay or policy.max_delay) * jitter
