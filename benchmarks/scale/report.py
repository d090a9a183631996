"""The figures as Markdown tables."""

from benchmarks.markdown_table import table_head, table_row
from benchmarks.scale.post_costs import PostCosts


def costs_table(costs: PostCosts) -> str:
    """What one post costs, and what an idle second costs."""
    lines = table_head(["", "one post", "an idle second"])
    lines += [
        table_row([name.replace("_", " "), _number(costs.each[name]), _number(costs.idle[name])])
        for name in costs.each
    ]
    return "\n".join(lines)


def tables_table(costs: PostCosts) -> str:
    """The rows and bytes of one post, by table, the largest first."""
    lines = table_head(["table", "rows", "bytes with indexes"])
    by_size = sorted(costs.tables.items(), key=lambda each: -each[1][1])
    lines += [
        table_row([f"`{name}`", _number(rows), f"{size:,.0f}"])
        for name, (rows, size) in by_size
        if size > 1
    ]
    total = sum(size for _, size in costs.tables.values())
    return "\n".join([*lines, table_row(["all", "", f"{total:,.0f}"])])


def dispatch_table(found: dict[int, dict[str, float]]) -> str:
    """The rate of the dispatch by number of beats."""
    lines = table_head(["beats", "jobs a second", "CPU of one job"])
    lines += [
        table_row([str(beats), f"{each['rate']:,.0f}", f"{each['cpu_ms']:.3f} ms"])
        for beats, each in found.items()
    ]
    return "\n".join(lines)


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
