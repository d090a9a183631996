"""Says which claims of running jobs must be renewed. Pure: times are arguments (s, monotonic).

Every transaction of a job renews its claim, so only a job that has written nothing for a while, for
example during a long upload, needs a renewal of its own.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from models.store.jobs.job_queue import Claim

# Of the interval, how often a check runs: a renewal comes at most this much too early.
CHECKS = 4


@dataclass(slots=True)
class HeldClaim:
    """A claim, the task that works under it, and when it was renewed last, or tried to be."""

    claim: Claim
    work: "asyncio.Task[None]"
    renewed_at: float


class ClaimRenewals:
    """The claims that this process holds. None stays without a renewal for longer than
    `interval` (s)."""

    def __init__(self, interval: float) -> None:
        self.check_interval = interval / CHECKS
        self._max_age = interval - self.check_interval
        self._held: dict[tuple[str, str], HeldClaim] = {}

    @contextmanager
    def hold(self, claim: Claim, work: "asyncio.Task[None]", now: float) -> Iterator[None]:
        """The claim was just made, and is held during the `with` block."""
        key = (claim.job_id, claim.token)
        self._held[key] = HeldClaim(claim, work, now)
        try:
            yield
        finally:
            del self._held[key]

    def note(self, claim: Claim, at: float) -> None:
        """A transaction that began after `at` has renewed this claim."""
        held = self._held.get((claim.job_id, claim.token))
        if held is not None:
            held.renewed_at = at

    def take_due(self, now: float) -> list[HeldClaim]:
        """The claims to renew now; each is due again after a while, whether or not it works."""
        due = [each for each in self._held.values() if now - each.renewed_at >= self._max_age]
        for each in due:
            each.renewed_at = now
        return due
