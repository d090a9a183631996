"""What a herd's counters say: when the calls came back, and how fast."""

from tests.load.herd.counters import Counters
from tests.load.herd.lateness import summarize
from tests.load.herd.recovery import find_recovery, rates


def outage_and_ramp() -> list[Counters]:
    """A provider that is away until second 100; then 1, 2, 4, … calls a second, up to 64, of which
    every second one publishes, until second 160."""
    rows, calls = [], 10
    for second in range(200):
        if 100 < second <= 160:
            calls += min(2 ** (second - 101), 64)
        rows.append(
            Counters(float(second), calls, 10, (calls - 10) // 2, cpu={"worker": second / 2})
        )
    return rows


def test_the_first_call_the_full_rate_and_the_end() -> None:
    """Counted from the return of the provider."""
    found = find_recovery(outage_and_ramp(), 100.0)
    assert (found.first_call, found.last_publication) == (1.0, 60.0)
    assert found.full_calls == 64
    assert found.full_rate == 10.0  # its second five seconds have nine tenths of it


def test_a_provider_that_gets_no_calls_has_no_recovery() -> None:
    """Nothing is found where nothing happened."""
    rows = [row for row in outage_and_ramp() if row.at <= 90]
    assert find_recovery(rows, 100.0).first_call is None


def test_rates_are_counts_by_the_seconds_between_two_rows() -> None:
    """A row that is missing changes no rate."""
    rows = [row for row in outage_and_ramp() if row.at not in (120.0, 121.0)]
    each = next(rate for rate in rates(rows, 1) if rate.at == 122.0)
    assert (each.seconds, each.calls, each.cpu["worker"]) == (3.0, 64.0, 0.5)


def test_the_lateness_of_a_group() -> None:
    """Median, 95th percentile and the latest."""
    found = summarize("late", [float(number) for number in range(100, 0, -1)])
    assert (found.posts, found.median, found.p95, found.most) == (100, 50.5, 96.0, 100.0)
