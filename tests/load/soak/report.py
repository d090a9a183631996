"""The text of a soak: samples every few minutes, and the verdict on each figure."""

from collections.abc import Iterator, Mapping, Sequence

from tests.load.soak.trend import RISING_SHARE, TOLERANCE
from tests.load.soak.verdicts import FLOORS, Verdict

# What the table of samples shows, and the titles of its columns.
COLUMNS = {
    "accepted/s": "in/s",
    "published/s": "out/s",
    "calls/s": "calls/s",
    "lateness p50 (s)": "p50 s",
    "lateness p99 (s)": "p99 s",
    "tick (ms)": "tick ms",
    "queued messages": "queued",
    "worker memory (MiB)": "worker MiB",
    "second worker memory (MiB)": "2nd MiB",
    "web memory (MiB)": "web MiB",
    "beat memory (MiB)": "beat MiB",
    "postgres memory (MiB)": "pg MiB",
    "redis data (MiB)": "redis MiB",
    "attempt rows beyond one a post": "history",
    "firing rows": "firings",
    "attempt dead rows": "dead",
    "database (MiB)": "db MiB",
}
Samples = Sequence[tuple[float, Mapping[str, float]]]


def samples_table(samples: Samples, step: float) -> str:
    """A line for each `step` seconds."""
    head = "".join(f"{title:>11}" for title in ("minute", *COLUMNS.values()))
    return "\n".join([head, *_lines(samples, step)])


def _lines(samples: Samples, step: float) -> Iterator[str]:
    due = 0.0
    for at, figures in samples:
        if at >= due:
            due = at + step - 1
            cells = [at / 60, *(figures.get(name, float("nan")) for name in COLUMNS)]
            yield "".join(f"{cell:>11.1f}" for cell in cells)


def verdicts_table(verdicts: Sequence[Verdict]) -> str:
    """A line for each figure; those that grow first."""
    head = f"{'figure':<36}{'first':>12}{'last':>12}{'an hour':>12}{'rising':>8}  verdict"
    ordered = sorted(verdicts, key=lambda each: (not each.is_fault, each.name))
    return "\n".join([head, *map(_line, ordered)])


def _line(each: Verdict) -> str:
    found = each.trend
    figures = f"{found.first:>12.2f}{found.last:>12.2f}{found.slope:>+12.2f}{found.rising:>8.0%}"
    verdict = found.verdict if each.must_be_flat else f"{found.verdict} (not judged)"
    return f"{each.name:<36}{figures}  {verdict}"


def rule_text(warm_up: float) -> str:
    """The rule of the verdicts, in words."""
    floors = ", ".join(f"{name}: {floor:g}" for name, floor in FLOORS.items())
    return (
        f"The first {warm_up / 60:.0f} minutes do not count. A figure grows if the median of its\n"
        f"last quarter is more than {TOLERANCE:.0%} above that of its first, and above its floor;\n"
        f"its Theil-Sen slope is positive; and {RISING_SHARE:.0%} of all pairs rise.\n"
        f"Floors: {floors}."
    )
