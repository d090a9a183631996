"""What commands print: a table for people, or JSON for programs."""

import json
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
console = Console()
errors = Console(stderr=True)


def talk_to_stderr() -> None:
    """Leave stdout to the JSON document; what people read goes to stderr."""
    console.stderr = True


def print_json(value: object) -> None:
    """One JSON document on stdout."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    sys.stdout.flush()


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """A table of plain texts: what people wrote is never read as markup."""
    drawn = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*(_plain(cell) for cell in row))
    return drawn


def _plain(cell: object) -> str:
    return "" if cell is None else escape(str(cell))


def fail(message: str, *, as_json: bool = False, code: int = 1) -> NoReturn:
    """End with an error on stderr, without a traceback."""
    if as_json:
        print_json({"error": message})
    else:
        errors.print(message, style="red", markup=False, highlight=False)
    raise typer.Exit(code)
