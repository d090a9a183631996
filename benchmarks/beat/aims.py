"""The aims of the comparison: which are met, as a table and as the report's last line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.beat.compare import Figures
from benchmarks.beat.report import BASE, Results
from benchmarks.markdown_table import table_head, table_row

OTHER = "redbeat"


@dataclass(frozen=True, slots=True)
class Aim:
    """What is wanted, and what was reached; None where it was not measured."""

    title: str
    wanted: str
    reached: float | None
    unit: str
    is_met: Callable[[float], bool]

    @property
    def verdict(self) -> str:
        """Met, missed or not measured."""
        if self.reached is None:
            return "not measured"
        return "met" if self.is_met(self.reached) else "missed"

    @property
    def shown(self) -> str:
        """What was reached, with its unit."""
        return "–" if self.reached is None else f"{self.reached:,.3g}{self.unit}"


def aims(results: Results, rates: dict[str, float]) -> list[Aim]:
    """All aims, in the order of the report."""
    found = [each for size in results for each in _of_size(size, results[size])]
    small, large = results[min(results)].get(BASE, {}), results[max(results)].get(BASE, {})
    growth = _divide(large, small, "idle")
    slots = rates["ours"] / rates["zoneinfo"]
    return [
        *found,
        Aim("idle tick, most rules to fewest", "≤ 1.5×", growth, "×", lambda value: value <= 1.5),
        Aim("slots to plain zoneinfo", "≥ 1.5×", slots, "×", lambda value: value >= 1.5),
    ]


def _of_size(size: int, found: dict[str, Figures]) -> Iterator[Aim]:
    ours, other = found.get(BASE, {}), found.get(OTHER, {})
    for metric, name in {"idle": "idle tick", "idle_later": "idle tick after a burst"}.items():
        ratio = _divide(ours, other, metric)
        title = f"{name} to RedBeat's at {size:,}"
        yield Aim(title, "≤ 0.5×", ratio, "×", lambda value: value <= 0.5)
    change = ours.get("change")
    milliseconds = change * 1000 if isinstance(change, float) else None
    yield Aim(f"change at {size:,}", "≤ 50 ms", milliseconds, " ms", lambda value: value <= 50)
    if size >= 100_000:
        rate = _divide(other, ours, "burst_10000")
        title = f"rate of a burst of 10,000 to RedBeat's at {size:,}"
        yield Aim(title, "≥ 10×", rate, "×", lambda value: value >= 10)


def _divide(above: Figures, below: Figures, metric: str) -> float | None:
    top, bottom = above.get(metric), below.get(metric)
    return top / bottom if top and bottom else None


def aims_table(found: list[Aim]) -> str:
    """What was reached, one aim a row."""
    rows = [table_row([each.title, each.wanted, each.shown, each.verdict]) for each in found]
    return "\n".join(["### Aims", "", *table_head(["", "aim", "reached", ""]), *rows])


def aims_line(found: list[Aim]) -> str:
    """The last line: how many are met, and which are not."""
    missed = [f"{each.title} ({each.shown})" for each in found if each.verdict != "met"]
    met = f"Aims met: {len(found) - len(missed)} of {len(found)}."
    return f"{met} Not met: {', '.join(missed)}." if missed else met
