"""A connection's limits are for all workers together: each worker gets a share. Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ProviderLimits:
    """Limits of one connection for all workers: calls in flight, and calls per second (0: any)."""

    concurrency: int = 32
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class ProviderBlock:
    """No calls before `until` (the database's clock); `at` is the same in the loop's time (s)."""

    until: datetime
    at: float


@dataclass(frozen=True, slots=True)
class WorkerShare:
    """Limits of one worker: calls in flight (may be 0), and calls per second (0: no limit)."""

    concurrency: int
    rate: float


def divide_limits(limits: ProviderLimits, workers: int, rank: int) -> WorkerShare:
    """The share of one of `workers` workers. Those with the lowest `rank` (from 0) get the rest."""
    each, rest = divmod(limits.concurrency, workers)
    return WorkerShare(each + (rank < rest), limits.rate / workers)
