"""The comparison as Markdown tables: each candidate's figures, and their ratio to ours."""

from benchmarks.markdown_table import table_head, table_row
from benchmarks.pipeline.candidates import CANDIDATES, ThroughputFigures

Results = dict[float, dict[str, ThroughputFigures]]
HEAD = ["", "posts/s", "ours to it", "worker CPU a post", "ours to it"]
# (candidate, figure, aim): our rate at least, our CPU at most so many times the candidate's.
AIMS = (("naive", "rate", 100), ("chain", "rate", 3), ("loop", "worker_ms", 2))
FIGURE_TITLES = {"rate": "posts/s to those of", "worker_ms": "worker CPU a post to that of"}


def tables(results: Results) -> str:
    """A table for each processing time of the stub, and one of the aims."""
    parts = [_table(processing, found) for processing, found in results.items()]
    return "\n\n".join([*parts, _aims(results)])


def _table(processing: float, found: dict[str, ThroughputFigures]) -> str:
    lines = [f"### {processing:g} s of processing", "", *table_head(HEAD)]
    own = found.get("ours")
    for name, figures in found.items():
        cells = [f"{figures.rate:.3g}", "–", f"{figures.worker_ms:.3g} ms", "–"]
        if own and name != "ours":
            cells[1] = f"{own.rate / figures.rate:.3g}×"
            cells[3] = f"{own.worker_ms / figures.worker_ms:.2g}×"
        lines.append(table_row([CANDIDATES[name][0], *cells]))
    return "\n".join(lines)


def _aims(results: Results) -> str:
    lines = ["### Goals", "", *table_head(["", "aim", "reached"])]
    for processing, found in results.items():
        for name, figure, aim in AIMS:
            if name in found and "ours" in found:
                ratio = getattr(found["ours"], figure) / getattr(found[name], figure)
                sign = "≥" if figure == "rate" else "≤"
                title = f"{processing:g} s: {FIGURE_TITLES[figure]} {CANDIDATES[name][0]}"
                lines.append(table_row([title, f"{sign} {aim}×", f"{ratio:.3g}×"]))
    return "\n".join(lines)
