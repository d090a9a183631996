"""A workspace's limits hold over all workers: each one keeps to its share of them. Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one workspace over all workers: calls at once, and calls a second (0: any number)."""

    concurrency: int = 32
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Block:
    """Nobody may call before `until`: by the database's clock, and in this loop's time (s)."""

    until: datetime
    at: float


@dataclass(frozen=True, slots=True)
class Share:
    """What one worker may do: calls at once (perhaps none), and calls a second (0: any number)."""

    calls: int
    rate: float


def share(limits: Limits, workers: int, rank: int) -> Share:
    """One of `workers` workers' part; the first by rank (from 0) take what cannot be divided."""
    each, rest = divmod(limits.concurrency, workers)
    return Share(each + (rank < rest), limits.rate / workers)
