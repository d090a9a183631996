"""When again? One pure place turns an error into what becomes of its step."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from provider.errors import (
    GiveUp,
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
    """What becomes of a failed step."""

    RETRY = "retry"
    BLOCKED = "blocked"  # the whole workspace waits
    SNOOZE = "snooze"  # this job alone waits; the call was never made
    RESTART = "restart"
    RECONCILE = "look"
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """A verdict, the time to let pass, and how many failed attempts are counted from now on."""

    action: RetryAction
    delay: timedelta = ZERO
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class RetryBudget:
    """How many of the policy's failed attempts a step may have, as multiples of them.

    `doubts`: after a call that may have happened, or an upload begun anew. `outages`: after one
    that did not happen.
    """

    unknown_outcomes: float = 1
    outages: float = 1


DEFAULT_BUDGET = RetryBudget()
BUDGETS: Mapping[str, RetryBudget] = {
    # Each try may move the whole file.
    Step.UPLOAD: RetryBudget(outages=1 / 3),
    # The post may be out already. Asking costs nothing, and a person can only ask the same.
    Step.RECONCILE: RetryBudget(unknown_outcomes=2, outages=2),
    Step.VERIFY: RetryBudget(unknown_outcomes=2, outages=2),
    # Somebody decided that it must not go out.
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
    has_slot: bool = False,
    until_deadline: timedelta | None = None,
) -> RetryDecision:
    """`attempts` is how many failed before this one; `draw` in [0, 1) is the jitter's lot.

    `until_deadline`: what is left until the next instant that counts, which no back-off sleeps
    past; None or less than nothing where there is none. While it lies ahead, or where `has_slot`,
    time ends the waiting, and an outage spends no budget.
    """
    ahead = until_deadline if until_deadline is not None and until_deadline > ZERO else None
    has_slot = has_slot or ahead is not None
    if isinstance(error, RetryAfter | NotNow):
        return _decide_throttled(error, attempts, policy, jitter)
    if isinstance(error, GiveUp) or attempts + 1 >= _max_attempts(
        error, policy, step, has_slot=has_slot
    ):
        return RetryDecision(RetryAction.GIVE_UP, attempts=attempts + 1)
    if isinstance(error, RestartUpload):
        return RetryDecision(RetryAction.RESTART, attempts=attempts + 1)
    action = RetryAction.RECONCILE if isinstance(error, OutcomeUnknown) else RetryAction.RETRY
    # Refused credentials can only be mended by a person: ask rarely.
    rarely = isinstance(error, Reconnect) and (ahead is None or ahead > policy.max_delay)
    delay = policy.max_delay if rarely else backoff(attempts, policy, jitter, ahead)
    return RetryDecision(action, delay, _attempts_after(error, attempts, policy, has_slot=has_slot))


def _decide_throttled(
    error: RetryAfter | NotNow, attempts: int, policy: Policy, jitter: float
) -> RetryDecision:
    """A little spread, so that those who wait do not come back as one wave. Costs no attempt."""
    seconds = timedelta(seconds=error.seconds) * (1 + jitter / 10)
    if isinstance(error, NotNow):
        return RetryDecision(RetryAction.SNOOZE, seconds, attempts)
    least = policy.first_delay * (1 + jitter / 10)
    return RetryDecision(RetryAction.BLOCKED, max(least, seconds), attempts)


def _max_attempts(
    error: ProviderError, policy: Policy, step: str | None, *, has_slot: bool
) -> float:
    """Outages end by themselves, and a slot may be days away; doubts must be settled soon."""
    budget = BUDGETS.get(step, DEFAULT_BUDGET) if step else DEFAULT_BUDGET
    if not isinstance(error, Retry | Reconnect):
        return policy.attempts * budget.unknown_outcomes
    return math.inf if has_slot else policy.max_outage_attempts * budget.outages


def _attempts_after(error: ProviderError, attempts: int, policy: Policy, *, has_slot: bool) -> int:
    """An outage that is waited out must leave room for doubts: one count serves both, and the
    first lost answer after it has to be looked at, not given up."""
    if not has_slot or isinstance(error, OutcomeUnknown):
        return attempts + 1
    most = min(policy.attempts * 3 // 4, policy.attempts - 2)
    return max(attempts, min(attempts + 1, most))


def backoff(
    attempts: int, policy: Policy, jitter: float, max_delay: timedelta | None = None
) -> timedelta:
    """Exponential with full jitter: anywhere up to first_delay * 2 ** attempts, capped."""
    doubled: timedelta = policy.first_delay * 2 ** min(attempts, 30)
    return min(policy.max_delay, doubled, max_delay or policy.max_delay) * jitter
