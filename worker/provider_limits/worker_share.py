"""A workspace's limits hold over all workers: each one keeps to its share of them. Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ProviderLimits:
    """Of one workspace over all workers: calls at once, and calls a second (0: any number)."""

    concurrency: int = 32
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class ProviderBlock:
    """Nobody may call before `until`: by the database's clock, and in this loop's time (s)."""

    until: datetime
    at: float


@dataclass(frozen=True, slots=True)
class WorkerShare:
    """What one worker may do: calls at once (perhaps none), and calls a second (0: any number)."""

    concurrency: int
    rate: float


def divide_limits(limits: ProviderLimits, workers: int, rank: int) -> WorkerShare:
    """One of `workers` workers' part; the first by rank (from 0) take what cannot be divided."""
    each, rest = divmod(limits.concurrency, workers)
    return WorkerShare(each + (rank < rest), limits.rate / workers)
