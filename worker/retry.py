"""When again? One pure place turns an error into what becomes of its step."""

import math
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from provider.errors import (
    GiveUp,
    OutcomeUnknown,
    ProviderError,
    Reconnect,
    RestartUpload,
    Retry,
    RetryAfter,
)
from worker.policy import Policy


class Verdict(StrEnum):
    """What becomes of a failed step."""

    RETRY = "retry"
    BLOCKED = "blocked"
    RESTART = "restart"
    LOOK = "look"
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict, and the time to let pass before the next attempt."""

    verdict: Verdict
    delay: timedelta = timedelta(0)


def judge(
    error: ProviderError, attempts: int, policy: Policy, draw: float, *, has_slot: bool = False
) -> Ruling:
    """`attempts` is how many failed before this one; `draw` in [0, 1) is the jitter's lot.

    `has_slot`: the post's slot and its grace end the waiting, so that an outage spends no budget.
    """
    if isinstance(error, RetryAfter):
        # A little spread, so that the waiting ones do not come back as one wave.
        peace = max(policy.first_delay, timedelta(seconds=error.seconds))
        return Ruling(Verdict.BLOCKED, peace * (1 + draw / 10))
    if isinstance(error, GiveUp) or attempts + 1 >= _budget(error, policy, has_slot=has_slot):
        return Ruling(Verdict.GIVE_UP)
    if isinstance(error, RestartUpload):
        return Ruling(Verdict.RESTART)
    verdict = Verdict.LOOK if isinstance(error, OutcomeUnknown) else Verdict.RETRY
    # Refused credentials can only be mended by a person: ask rarely.
    rarely = isinstance(error, Reconnect)
    return Ruling(verdict, policy.longest_delay if rarely else backoff(attempts, policy, draw))


def _budget(error: ProviderError, policy: Policy, *, has_slot: bool) -> float:
    """Outages end by themselves, and a slot may be days away; doubts must be settled soon."""
    if not isinstance(error, Retry | Reconnect):
        return policy.attempts
    return math.inf if has_slot else policy.patience


def backoff(attempts: int, policy: Policy, draw: float) -> timedelta:
    """Exponential with full jitter: anywhere up to first_delay * 2 ** attempts, capped."""
    doubled: timedelta = policy.first_delay * 2 ** min(attempts, 30)
    return min(policy.longest_delay, doubled) * draw
