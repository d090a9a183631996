"""What the counters say of an outage and of the time after it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.load.herd.counters import Counters

# A mean over so many seconds counts as the rate.
WINDOW = 5
FULL_RATE_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Rates:
    """Of one interval: when it ended, its length, and counts a second; `cpu` in cores."""

    at: float
    seconds: float
    calls: float
    errors: float
    publications: float
    commits: float
    job_updates: float
    cpu: dict[str, float]


def rates(rows: Sequence[Counters], seconds: float) -> list[Rates]:
    """The rates of intervals of at least so many seconds."""
    return [_rate(before, after) for before, after in pairwise(_spaced(rows, seconds))]


def _spaced(rows: Sequence[Counters], seconds: float) -> Iterator[Counters]:
    last = float("-inf")
    for row in rows:
        if row.at - last >= seconds - 0.25:
            last = row.at
            yield row


def _rate(before: Counters, after: Counters) -> Rates:
    seconds = after.at - before.at
    counts = {
        name: (getattr(after, name) - getattr(before, name)) / seconds
        for name in ("calls", "errors", "publications", "commits", "job_updates")
    }
    cpu = {name: (value - before.cpu.get(name, 0.0)) / seconds for name, value in after.cpu.items()}
    return Rates(at=after.at, seconds=seconds, cpu=cpu, **counts)


@dataclass(frozen=True, slots=True)
class Recovery:
    """Seconds from the provider's return; None where it did not come."""

    first_call: float | None
    full_rate: float | None
    last_publication: float | None
    full_calls: float


def find_recovery(rows: Sequence[Counters], returned_at: float) -> Recovery:
    """When the first call came after the return, when the rate was full, and when it ended.

    Full: the mean over five seconds reached nine tenths of the highest such mean.
    """
    after = [row for row in rows if row.at >= returned_at]
    before = [row for row in rows if row.at < returned_at]
    if not after:
        return Recovery(None, None, None, 0.0)
    base = before[-1] if before else after[0]
    windows = rates(after, WINDOW)
    full = max((each.calls for each in windows), default=0.0)
    reached = next((each.at for each in windows if each.calls >= FULL_RATE_SHARE * full), None)
    first = next((row.at for row in after if row.calls > base.calls), None)
    total = after[-1].publications
    ended = next(row.at for row in after if row.publications == total)
    since = [None if at is None else at - returned_at for at in (first, reached, ended)]
    return Recovery(since[0], since[1], since[2], full)
