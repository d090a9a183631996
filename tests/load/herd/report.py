"""The text of a run's results."""

from collections.abc import Iterator, Sequence

from tests.load.herd.counters import Counters
from tests.load.herd.recovery import Rates, find_recovery, rates

WORKERS = ("worker", "second worker")
BEATS = ("beat", "second beat")
HEAD = f"{'s':>7} {'calls/s':>8} {'failed/s':>9} {'out/s':>7} {'commits/s':>10} {'jobs/s':>7} \
{'workers':>8} {'beats':>6}"
# The first seconds after the return are shown one by one.
RAMP_SECONDS = 30


def outage_table(rows: Sequence[Counters], left_at: float, returned_at: float) -> str:
    """A line for each minute of the outage."""
    during = [row for row in rows if left_at - 1 <= row.at <= returned_at]
    return _table(rates(during, min(60, (returned_at - left_at) / 4)), left_at)


def recovery_table(rows: Sequence[Counters], returned_at: float) -> str:
    """The time after the return: each of the first seconds, then every ten seconds."""
    after = [row for row in rows if row.at >= returned_at - 1]
    ramp = [row for row in after if row.at <= returned_at + RAMP_SECONDS]
    later = [row for row in after if row.at >= returned_at + RAMP_SECONDS]
    return _table([*rates(ramp, 1), *rates(later, 10)], returned_at)


def outage_summary(rows: Sequence[Counters], left_at: float, returned_at: float) -> str:
    """The calls in the second half of the outage, when the first failures are long over."""
    half = (left_at + returned_at) / 2
    during = [row for row in rows if half <= row.at <= returned_at]
    if len(during) < 2:
        return "the outage was too short to be measured"
    each = rates(during, during[-1].at - during[0].at)[0]
    return (
        f"in the second half of the outage: {each.calls * 60:.1f} calls a minute, "
        f"{each.commits:.1f} commits/s, {each.job_updates:.1f} updates of jobs/s, "
        f"workers {_sum(each, WORKERS):.2f} cores, beats {_sum(each, BEATS):.2f}"
    )


def recovery_summary(rows: Sequence[Counters], returned_at: float) -> str:
    """Seconds from the return to the first call, to the full rate, and to the end."""
    found = find_recovery(rows, returned_at)
    return "\n".join(
        [
            f"first call           {_seconds(found.first_call)} after the return",
            f"full rate            {_seconds(found.full_rate)} ({found.full_calls:.0f} calls/s)",
            f"last publication     {_seconds(found.last_publication)}",
        ]
    )


def _seconds(value: float | None) -> str:
    return "never" if value is None else f"{value:6.1f} s"


def _table(found: Sequence[Rates], origin: float) -> str:
    return "\n".join([HEAD, *_lines(found, origin)])


def _lines(found: Sequence[Rates], origin: float) -> Iterator[str]:
    for each in found:
        yield (
            f"{each.at - origin:7.0f} {each.calls:8.1f} {each.errors:9.1f} "
            f"{each.publications:7.1f} {each.commits:10.1f} {each.job_updates:7.1f} "
            f"{_sum(each, WORKERS):8.2f} {_sum(each, BEATS):6.2f}"
        )


def _sum(each: Rates, names: Sequence[str]) -> float:
    return sum(each.cpu.get(name, 0.0) for name in names)
