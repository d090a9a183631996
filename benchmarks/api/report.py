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


def aims_line(results: Results) -> str:
    """One line: for each aim whether it is met, else by whom not; and what a publish costs."""
    parts = [_aim(results, kind) for kind in dict.fromkeys(kind for _, kind in results)]
    costs = [found.cpu for (_, kind), (found, _) in results.items() if kind == "next_slot"]
    if costs:
        parts.append(
            f"web CPU a publish for the next slot: {min(costs):.1f} to {max(costs):.1f} ms"
        )
    return "Aims: " + "; ".join(parts)


def _aim(results: Results, kind: str) -> str:
    found = {name: pair[0].p99 for (name, each), pair in results.items() if each == kind}
    missed = [f"{name} {p99:.0f} ms" for name, p99 in found.items() if p99 >= AIMS[kind]]
    outcome = f"missed ({', '.join(missed)})" if missed else f"met ({len(found)} of {len(found)})"
    return f"{TITLES[kind]}, p99 < {AIMS[kind]} ms: {outcome}"
