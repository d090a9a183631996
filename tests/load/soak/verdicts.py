"""Which figures must be flat, and whether they are. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.load.soak.trend import Sample, Trend, find_trend

# The end of a figure's name, and the least difference that counts as growth.
FLOORS: Mapping[str, float] = {
    "memory (MiB)": 8,
    "descriptors": 3,
    "threads": 2,
    "(cores)": 0.03,
    "log (bytes/s)": 100,
    "rows": 2000,
    "rows beyond one a post": 5000,
    "bytes a post": 64,
    "size (MiB)": 4,
    "redis data (MiB)": 1,
    "redis keys": 10,
    "queued messages": 20,
    "tick (ms)": 2,
    "p50 (s)": 0.5,
    "p99 (s)": 2,
    "calls/s": 5,
}
# They grow with every post, as the documentation says, or belong to the double of the provider.
EXPECTED = ("database (MiB)", "posts", "accepted/s", "published/s")
DOUBLE = "simulator "


@dataclass(frozen=True, slots=True)
class Verdict:
    """One figure's trend. `must_be_flat`: whether growth is a fault."""

    name: str
    trend: Trend
    must_be_flat: bool

    @property
    def is_fault(self) -> bool:
        """Whether it grows and must not."""
        return self.must_be_flat and self.trend.grows


def judge(samples: Sequence[tuple[float, Mapping[str, float]]], warm_up: float) -> list[Verdict]:
    """A verdict for each figure of the samples after the warm-up (s)."""
    series: dict[str, list[Sample]] = {}
    for at, figures in samples:
        if at >= warm_up:
            for name, value in figures.items():
                series.setdefault(name, []).append((at, value))
    return [
        Verdict(name, find_trend(values, _floor(name)), _must_be_flat(name))
        for name, values in series.items()
    ]


def _must_be_flat(name: str) -> bool:
    return name not in EXPECTED and not name.startswith(DOUBLE)


def _floor(name: str) -> float:
    """The floor of the longest ending that fits."""
    fitting = [end for end in FLOORS if name.endswith(end)]
    return FLOORS[max(fitting, key=len)] if fitting else 0.0
