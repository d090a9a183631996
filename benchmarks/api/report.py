"""The figures as Markdown: each organization beside one without a queue, in the same run."""

from collections.abc import Mapping

from benchmarks.api.measure import TITLES, LatencyFigures
from benchmarks.api.seed_data import CASES

Results = Mapping[tuple[str, str], tuple[LatencyFigures, LatencyFigures]]
HEAD = [
    "organization", "request", "first", "p50", "p95", "p99", "worst", "web CPU",
    "empty queue: p50", "p99", "web CPU", "ratio: p50", "p99", "web CPU",
]  # fmt: skip
# What was aimed at, p99 in ms.
AIMS = {"next_slot": 50, "schedule": 50, "next-slot": 20}


def table(results: Results) -> str:
    """A row for each organization and kind of request."""
    lines = [_row(HEAD), _row(["---"] * len(HEAD))]
    for (name, kind), (figures, control) in results.items():
        times = [figures.first, figures.p50, figures.p95, figures.p99, figures.worst, figures.cpu]
        times += [control.p50, control.p99, control.cpu]
        pairs = zip((figures.p50, figures.p99, figures.cpu), times[-3:], strict=True)
        ratios = [ours / empty for ours, empty in pairs]
        shown = [f"{each:.1f} ms" for each in times] + [f"{each:.2f}×" for each in ratios]
        lines.append(_row([CASES[name].title, TITLES[kind], *shown]))
    return "\n".join(lines)


def missed_aims(results: Results) -> list[str]:
    """A sentence for each aim that this run did not reach."""
    return [
        f"{CASES[name].title}, {TITLES[kind]}: p99 {found.p99:.1f} ms, the aim was {AIMS[kind]} ms"
        for (name, kind), (found, _) in results.items()
        if found.p99 >= AIMS[kind]
    ]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
