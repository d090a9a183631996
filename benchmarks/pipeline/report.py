"""The comparison as Markdown tables: each candidate's figures, and what ours are to them."""

from benchmarks.pipeline.candidates import CANDIDATES, ThroughputFigures

Results = dict[float, dict[str, ThroughputFigures]]
HEAD = ["", "posts/s", "ours to it", "worker CPU a post", "ours to it"]
# What was aimed at: (candidate, figure, aim); rates at least, CPU at most.
AIMS = (("naive", "rate", 100), ("chain", "rate", 3), ("loop", "worker_ms", 2))
WORDS = {"rate": "posts/s to those of", "worker_ms": "worker CPU a post to that of"}


def tables(results: Results) -> str:
    """A table for each slowness of the provider, and one of the aims."""
    parts = [_table(processing, found) for processing, found in results.items()]
    return "\n\n".join([*parts, _aims(results)])


def _table(processing: float, found: dict[str, ThroughputFigures]) -> str:
    lines = [f"### {processing:g} s of processing", "", _row(HEAD), _row(["---"] * len(HEAD))]
    own = found.get("ours")
    for name, figures in found.items():
        cells = [f"{figures.rate:.3g}", "–", f"{figures.worker_ms:.3g} ms", "–"]
        if own and name != "ours":
            cells[1] = f"{own.rate / figures.rate:.3g}×"
            cells[3] = f"{own.worker_ms / figures.worker_ms:.2g}×"
        lines.append(_row([CANDIDATES[name][0], *cells]))
    return "\n".join(lines)


def _aims(results: Results) -> str:
    lines = ["### Goals", "", _row(["", "aim", "reached"]), _row(["---"] * 3)]
    for processing, found in results.items():
        for name, figure, aim in AIMS:
            if name in found and "ours" in found:
                ratio = getattr(found["ours"], figure) / getattr(found[name], figure)
                sign = "≥" if figure == "rate" else "≤"
                title = f"{processing:g} s: {WORDS[figure]} {CANDIDATES[name][0]}"
                lines.append(_row([title, f"{sign} {aim}×", f"{ratio:.3g}×"]))
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
