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
from worker.decision import Step
from worker.policy import Policy

NOTHING = timedelta(0)


class Verdict(StrEnum):
    """What becomes of a failed step."""

    RETRY = "retry"
    BLOCKED = "blocked"  # the whole workspace waits
    SNOOZE = "snooze"  # this job alone waits; the call was never made
    RESTART = "restart"
    LOOK = "look"
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict, the time to let pass, and how many failed attempts are counted from now on."""

    verdict: Verdict
    delay: timedelta = NOTHING
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Budget:
    """How many of the policy's failed attempts a step may have, as multiples of them.

    `doubts`: after a call that may have happened, or an upload begun anew. `outages`: after one
    that did not happen.
    """

    doubts: float = 1
    outages: float = 1


USUAL = Budget()
BUDGETS: Mapping[str, Budget] = {
    # Each try may move the whole file.
    Step.UPLOAD: Budget(outages=1 / 3),
    # The post may be out already. Asking costs nothing, and a person can only ask the same.
    Step.LOOK: Budget(doubts=2, outages=2),
    Step.VERIFY: Budget(doubts=2, outages=2),
    # Somebody decided that it must not go out.
    Step.UNSCHEDULE: Budget(doubts=2, outages=2),
    Step.DELETE: Budget(doubts=2, outages=2),
}


def judge(
    error: ProviderError,
    attempts: int,
    policy: Policy,
    draw: float,
    *,
    step: str | None = None,
    has_slot: bool = False,
    until_deadline: timedelta | None = None,
) -> Ruling:
    """`attempts` is how many failed before this one; `draw` in [0, 1) is the jitter's lot.

    `until_deadline`: what is left until the next instant that counts, which no back-off sleeps
    past; None or less than nothing where there is none. While it lies ahead, or where `has_slot`,
    time ends the waiting, and an outage spends no budget.
    """
    ahead = until_deadline if until_deadline is not None and until_deadline > NOTHING else None
    has_slot = has_slot or ahead is not None
    if isinstance(error, RetryAfter | NotNow):
        return _peace(error, attempts, policy, draw)
    if isinstance(error, GiveUp) or attempts + 1 >= _budget(error, policy, step, has_slot=has_slot):
        return Ruling(Verdict.GIVE_UP, attempts=attempts + 1)
    if isinstance(error, RestartUpload):
        return Ruling(Verdict.RESTART, attempts=attempts + 1)
    verdict = Verdict.LOOK if isinstance(error, OutcomeUnknown) else Verdict.RETRY
    # Refused credentials can only be mended by a person: ask rarely.
    rarely = isinstance(error, Reconnect) and (ahead is None or ahead > policy.longest_delay)
    delay = policy.longest_delay if rarely else backoff(attempts, policy, draw, ahead)
    return Ruling(verdict, delay, _counted(error, attempts, policy, has_slot=has_slot))


def _peace(error: RetryAfter | NotNow, attempts: int, policy: Policy, draw: float) -> Ruling:
    """A little spread, so that those who wait do not come back as one wave. Costs no attempt."""
    seconds = timedelta(seconds=error.seconds) * (1 + draw / 10)
    if isinstance(error, NotNow):
        return Ruling(Verdict.SNOOZE, seconds, attempts)
    least = policy.first_delay * (1 + draw / 10)
    return Ruling(Verdict.BLOCKED, max(least, seconds), attempts)


def _budget(error: ProviderError, policy: Policy, step: str | None, *, has_slot: bool) -> float:
    """Outages end by themselves, and a slot may be days away; doubts must be settled soon."""
    budget = BUDGETS.get(step, USUAL) if step else USUAL
    if not isinstance(error, Retry | Reconnect):
        return policy.attempts * budget.doubts
    return math.inf if has_slot else policy.patience * budget.outages


def _counted(error: ProviderError, attempts: int, policy: Policy, *, has_slot: bool) -> int:
    """An outage that is waited out must leave room for doubts: one count serves both, and the
    first lost answer after it has to be looked at, not given up."""
    if not has_slot or isinstance(error, OutcomeUnknown):
        return attempts + 1
    most = min(policy.attempts * 3 // 4, policy.attempts - 2)
    return max(attempts, min(attempts + 1, most))


def backoff(
    attempts: int, policy: Policy, draw: float, longest: timedelta | None = None
) -> timedelta:
    """Exponential with full jitter: anywhere up to first_delay * 2 ** attempts, capped."""
    doubled: timedelta = policy.first_delay * 2 ** min(attempts, 30)
    return min(policy.longest_delay, doubled, longest or policy.longest_delay) * draw
