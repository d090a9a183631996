"""Whether a series of samples is flat. Pure.

The rule. The first part of the run is the warm-up and does not count. The rest is cut into
quarters. A series grows if three things hold: the median of the last quarter is above that of the
first by more than a twentieth, and by more than the figure's own floor; Theil's and Sen's slope
(the median of the slopes of all pairs) is positive; and three of four pairs rise.
"""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Sample = tuple[float, float]
TOLERANCE = 0.05
RISING_SHARE = 0.75
# With fewer samples a quarter says nothing.
MIN_SAMPLES = 8
# A longer series is thinned out: the number of pairs grows with the square.
MAX_SAMPLES = 400


@dataclass(frozen=True, slots=True)
class Trend:
    """Medians of the first and of the last quarter, the slope (an hour), and the verdict."""

    first: float
    last: float
    slope: float
    rising: float
    verdict: str

    @property
    def grows(self) -> bool:
        """Whether the series was called growing."""
        return self.verdict == "grows"


def find_trend(samples: Sequence[Sample], floor: float = 0.0) -> Trend:
    """The trend of (seconds, value) pairs. `floor`: a smaller difference is no growth."""
    if len(samples) < MIN_SAMPLES:
        return Trend(0, 0, 0, 0, "too few samples")
    quarter = len(samples) // 4
    first = statistics.median(value for _, value in samples[:quarter])
    last = statistics.median(value for _, value in samples[-quarter:])
    slopes = list(_slopes(samples[:: 1 + len(samples) // MAX_SAMPLES]))
    slope = statistics.median(slopes)
    rising = sum(each > 0 for each in slopes) / len(slopes)
    is_above = last - first > max(abs(first) * TOLERANCE, floor)
    grows = is_above and slope > 0 and rising >= RISING_SHARE
    return Trend(first, last, slope * 3600, rising, "grows" if grows else "flat")


def _slopes(samples: Sequence[Sample]) -> Iterator[float]:
    for index, (begin, low) in enumerate(samples):
        for end, high in samples[index + 1 :]:
            yield (high - low) / (end - begin)
