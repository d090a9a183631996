"""The comparison as a Markdown table: each figure, and its ratio to our own on PostgreSQL."""

from collections.abc import Callable

from benchmarks.beat.candidates.registry import CANDIDATES
from benchmarks.beat.compare import Figures
from benchmarks.markdown_table import table_head, table_row

BASE = "ours-postgres"
Results = dict[int, dict[str, Figures]]


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def _megabytes(count: float) -> str:
    return f"{count / 1e6:.0f} MB"


def _columns(figures: Results) -> dict[str, tuple[str, Callable[[float], str]]]:
    bursts = {
        int(metric.split("_")[1])
        for candidates in figures.values()
        for metrics in candidates.values()
        for metric in metrics
        if metric.startswith("burst_")
    }
    columns = {
        "start": ("start to first tick", _milliseconds),
        "idle": ("idle tick", _milliseconds),
        "idle_cpu": ("its own CPU", _milliseconds),
        "change": ("change takes effect", _milliseconds),
        "change_worst": ("the slowest", _milliseconds),
    }
    for count in sorted(bursts):
        columns[f"burst_{count}"] = (f"burst of {count:,}", _milliseconds)
    after = {
        "idle_later": ("idle tick after a burst", _milliseconds),
        "idle_later_cpu": ("its own CPU", _milliseconds),
    }
    return columns | after | {"memory_peak": ("peak memory", _megabytes)}


def table(results: Results) -> str:
    """One table for each size."""
    return "\n\n".join(_of_size(size, found, _columns(results)) for size, found in results.items())


def _of_size(
    size: int, found: dict[str, Figures], columns: dict[str, tuple[str, Callable[[float], str]]]
) -> str:
    titles = ["", *(title for title, _ in columns.values())]
    lines = [f"### {size:,} rules", "", *table_head(titles)]
    base = found.get(BASE, {})
    for name, figures in found.items():
        cells = [
            _cell(figures, base, metric, write, own=name == BASE)
            for metric, (_, write) in columns.items()
        ]
        lines.append(table_row([CANDIDATES[name].title, *cells]))
    return "\n".join(lines)


def _cell(
    figures: Figures, base: Figures, metric: str, write: Callable[[float], str], *, own: bool
) -> str:
    value = figures.get(metric)
    if value is None and (partial := figures.get(f"{metric}_partial")):
        return f"only {partial['sent']:,} in {write(partial['seconds'])}"
    if not isinstance(value, float | int):
        stopped = str(figures.get("problem", ""))
        return str(value or (stopped if "more than" in stopped else "–"))
    return write(value) + _ratio(value, base.get(metric), own=own)


def _ratio(value: float, base: object, *, own: bool) -> str:
    if own or not isinstance(base, float | int) or not base:
        return ""
    ratio = value / base
    return f" ({ratio:,.0f}×)" if ratio >= 10 else f" ({ratio:.2g}×)"


def rates(arithmetic: dict[str, float]) -> str:
    """The table of next-instant rates."""
    titles = {
        "ours": "Slotbeat (gaps and overlaps)",
        "zoneinfo": "plain zoneinfo",
        "croniter": "croniter",
    }
    lines = ["### Next-fire arithmetic", "", "| | a second | to ours |", "| --- | --- | --- |"]
    for name, rate in arithmetic.items():
        lines.append(f"| {titles[name]} | {rate:,.0f} | {rate / arithmetic['ours']:.2g}× |")
    return "\n".join(lines)
