"""Renders pages, tables and code blocks in Markdown."""

from collections.abc import Iterable, Sequence

NOTICE = "<!-- Written by `make reference` from the code: change it there. -->"


def render_page(title: str, *parts: str) -> str:
    """A whole page, with an empty line between its parts."""
    return "\n\n".join([NOTICE, f"# {title}", *(part.strip("\n") for part in parts if part)]) + "\n"


def render_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a bar inside a cell is escaped."""
    lines = [_row(head), "|" + "---|" * len(head)]
    return "\n".join([*lines, *(_row(row) for row in rows)])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def render_code(text: str, language: str = "") -> str:
    """A fenced block."""
    return f"```{language}\n{text}\n```"
