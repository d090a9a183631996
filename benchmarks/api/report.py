"""The figures as Markdown: each organization beside one without a queue, in the same run."""

from collections.abc import Mapping

from benchmarks.api.measure import TITLES, LatencyFigures
from benchmarks.api.seed_data import CASES
from benchmarks.markdown_table import table_head, table_row

Results = Mapping[tuple[str, str], tuple[LatencyFigures, LatencyFigures]]
HEAD = [
    "organization", "request", "first", "p50", "p95", "p99", "worst", "web CPU",
    "empty queue: p50", "p99", "web CPU", "ratio: p50", "p99", "web CPU",
]  # fmt: skip
# The aims: p99 in ms.
AIMS = {"next_slot": 50, "schedule": 50, "next-slot": 20}


def table(results: Results) -> str:
    """A row for each organization and kind of request."""
    lines = table_head(HEAD)
    for (name, kind), (figures, control) in results.items():
        times = [figures.first, figures.p50, figures.p95, figures.p99, figures.worst, figures.cpu]
        times += [control.p50, control.p99, control.cpu]
        pairs = zip((figures.p50, figures.p99, figures.cpu), times[-3:], strict=True)
        ratios = [ours / empty for ours, empty in pairs]
        cells = [f"{each:.1f} ms" for each in times] + [f"{each:.2f}×" for each in ratios]
        lines.append(table_row([CASES[name].title, TITLES[kind], *cells]))
    return "\n".join(lines)


def missed_aims(results: Results) -> list[str]:
    """A sentence for each aim that this run did not reach."""
    return [
        f"{CASES[name].title}, {TITLES[kind]}: p99 {each.p99:.1f} ms, the aim was {AIMS[kind]} ms"
        for (name, kind), (each, _) in results.items()
        if each.p99 >= AIMS[kind]
    ]
