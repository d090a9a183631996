"""The comparison as Markdown tables: each candidate's figures, and their ratio to ours.

Of several runs, figures are medians, and a ratio is the median of those within each run.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any, NamedTuple

from benchmarks.markdown_table import table_head, table_row
from benchmarks.pipeline.candidates import CANDIDATES, ThroughputFigures


class Case(NamedTuple):
    """The kind of posts, and how long the stub works on a file (s)."""

    kind: str
    processing: float

    @property
    def title(self) -> str:
        """As a heading says it."""
        return f"{self.kind}, {self.processing:g} s" if self.kind == "photo" else self.kind


class Setup(NamedTuple):
    """A candidate, and how many processes its worker has."""

    candidate: str
    processes: int


Figures = dict[Setup, list[ThroughputFigures]]
Results = dict[Case, Figures]
HEAD = [
    *("", "processes", "posts/s", "ours to it", "worker CPU a post", "ours to it", "calls a post"),
]
NAMES = {"rate": "posts/s", "worker_ms": "CPU a post"}
# (words, candidate, figure, aim): our rate at least, our CPU at most so many times the candidate's.
AIMS = (
    ("posts/s ≥ 4× (c)", "chain", "rate", 4.0),
    ("posts/s ≥ 120× (b)", "naive", "rate", 120.0),
    ("worker CPU a post ≤ 1.2× (a)", "loop", "worker_ms", 1.2),
    ("moonshot ≤ 1.0× (a)", "loop", "worker_ms", 1.0),
)


def tables(results: Results) -> str:
    """A table for each case, and a last line that says which aims are met."""
    parts = [_table(case, found) for case, found in results.items()]
    return "\n\n".join([*parts, _growth(results), _aims(results)])


def as_json(results: Results) -> dict[str, Any]:
    """All figures of all runs."""
    return {
        case.title: {
            f"{setup.candidate}, {setup.processes}": [asdict(each) for each in runs]
            for setup, runs in found.items()
        }
        for case, found in results.items()
    }


def _table(case: Case, found: Figures) -> str:
    rows = [table_row(_cells(found, setup)) for setup in found]
    return "\n".join([f"### {case.title}", "", *table_head(HEAD), *rows])


def _cells(found: Figures, setup: Setup) -> list[str]:
    runs, ours = found[setup], Setup("ours", setup.processes)
    has_ratio = ours in found and ours != setup
    ratios = [
        f"{_ratio(found, ours, setup, figure):.3g}×" if has_ratio else "–" for figure in NAMES
    ]
    rate, cpu = _spread(runs, "rate"), f"{_spread(runs, 'worker_ms')} ms"
    calls = f"{median(each.calls / each.posts for each in runs):.1f}"
    title = CANDIDATES[setup.candidate].title
    return [title, str(setup.processes), rate, ratios[0], cpu, ratios[1], calls]


def _spread(runs: Sequence[ThroughputFigures], figure: str) -> str:
    values = [getattr(each, figure) for each in runs]
    spread = f" ({min(values):.3g} to {max(values):.3g})" if len(values) > 1 else ""
    return f"{median(values):.3g}{spread}"


def _ratio(found: Figures, ours: Setup, other: Setup, figure: str) -> float:
    pairs = zip(found[ours], found[other], strict=True)
    ratios = [float(getattr(own, figure) / getattr(their, figure)) for own, their in pairs]
    return median(ratios)


def _growth(results: Results) -> str:
    """How the figures of ours and of the chain change with the number of processes."""
    lines = []
    for case, found in results.items():
        for name in ("ours", "chain"):
            setups = [each for each in found if each.candidate == name]
            lines += [_growth_line(case, found, setups[0], each) for each in setups[1:]]
    return "\n".join(lines) or "One number of processes was measured."


def _growth_line(case: Case, found: Figures, first: Setup, more: Setup) -> str:
    rate, cpu = (_ratio(found, more, first, figure) for figure in NAMES)
    step = f"{first.processes} to {more.processes} processes"
    title = CANDIDATES[first.candidate].title
    return f"{case.title}, {title}, {step}: {rate:.2f}× posts/s, {cpu:.2f}× CPU a post"


def _aims(results: Results) -> str:
    """The aims are those for photos that the stub works on for the shortest time."""
    case = min((case for case in results if case.kind == "photo"), default=None)
    found = results[case] if case else {}
    each = [f"{title}: {' · '.join(_verdicts(found, ours))}" for title, ours in _ours(found)]
    if case is None or not each:
        return "Aims: not measured."
    return f"Aims for photos, {case.processing:g} s, {'; '.join(each)}."


def _ours(found: Figures) -> Iterator[tuple[str, Setup]]:
    for setup in found:
        if setup.candidate == "ours":
            yield f"with {setup.processes} process{'es' * (setup.processes > 1)}", setup


def _verdicts(found: Figures, ours: Setup) -> Iterator[str]:
    for wanted, name, figure, aim in AIMS:
        processes = ours.processes if CANDIDATES[name].is_parallel else 1
        other = Setup(name, processes)
        if other not in found:
            yield f"{wanted}: not measured"
            continue
        ratio = _ratio(found, ours, other, figure)
        is_met = ratio >= aim if figure == "rate" else ratio <= aim
        yield f"{wanted}: {ratio:.3g}×, {'met' if is_met else 'MISSED'}"
