"""The verdicts of a soak: what grows is called growing, and noise is not."""

import random

import pytest

from tests.load.soak.trend import Sample, find_trend
from tests.load.soak.verdicts import judge

SAMPLES = 200


def series(base: float, growth: float, noise: float = 0.0, seed: int = 7) -> list[Sample]:
    """Samples every half minute; `growth`: from the first to the last, as a share of the base."""
    rng = random.Random(seed)
    return [
        (30.0 * number, base * (1 + growth * number / SAMPLES) + rng.uniform(-noise, noise) * base)
        for number in range(SAMPLES)
    ]


@pytest.mark.parametrize("growth", [0.08, 0.2, 3.0])
@pytest.mark.parametrize("noise", [0.0, 0.02])
def test_a_leak_is_called_growing(growth: float, noise: float) -> None:
    """A slow leak under the noise of a garbage collector, too."""
    trend = find_trend(series(200, growth, noise), floor=8)
    assert trend.grows
    assert trend.slope == pytest.approx(200 * growth / SAMPLES * 120, rel=0.2)


@pytest.mark.parametrize(("growth", "noise"), [(0, 0), (0, 0.3), (0.02, 0.01), (-0.5, 0.1)])
def test_noise_and_what_shrinks_are_flat(growth: float, noise: float) -> None:
    """However much single samples differ."""
    assert find_trend(series(200, growth, noise), floor=8).verdict == "flat"


def test_a_step_up_and_a_saw_without_a_trend() -> None:
    """A figure that jumps once and stays has grown; one that is cleared again and again has not."""
    step = [(30.0 * n, 100.0 if n < SAMPLES // 2 else 150.0 + n / 1000) for n in range(SAMPLES)]
    saw = [(30.0 * n, 100.0 + n % 20 * 10) for n in range(SAMPLES)]
    # Of a step half of the pairs are on one level; the tiny rise there decides.
    assert find_trend(step).last > find_trend(step).first
    assert find_trend(saw).verdict == "flat"


def test_below_its_floor_nothing_grows() -> None:
    """From two rows to four is no leak."""
    assert not find_trend(series(2, 1.0), floor=8).grows
    assert find_trend(series(2, 1.0)).grows


def test_few_samples_say_nothing() -> None:
    """No verdict is better than one that was not earned."""
    assert find_trend(series(2, 1.0)[:5]).verdict == "too few samples"


def test_a_leak_in_one_process_fails_the_run_and_the_double_does_not() -> None:
    """The warm-up does not count, and neither does the memory of the provider's double."""
    samples = [
        (
            at,
            {
                "worker memory (MiB)": value,
                "beat memory (MiB)": 100.0 if at >= 600 else at / 6,
                "simulator memory (MiB)": value,
                "posts": value,
            },
        )
        for at, value in series(200, 0.5)
    ]
    faults = [each.name for each in judge(samples, warm_up=600) if each.is_fault]
    assert faults == ["worker memory (MiB)"]
