"""Rows of Markdown tables, for the reports."""

from collections.abc import Sequence


def table_row(cells: Sequence[str]) -> str:
    """One line of a table."""
    return f"| {' | '.join(cells)} |"


def table_head(titles: Sequence[str]) -> list[str]:
    """The line of titles, and the line below it."""
    return [table_row(titles), table_row(["---"] * len(titles))]
