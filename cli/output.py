"""What commands print: a table for people, or JSON for programs."""

import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from typing import NoReturn
from unicodedata import category

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.errors import FieldError

# Without a terminal, lines are neither wrapped nor shortened.
UNBOUNDED_WIDTH = 10_000
ID_PATTERN = re.compile("[0-9a-f]{32}(\n|$)")


def _console(*, stderr: bool = False) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    is_bounded = stream.isatty() or "COLUMNS" in os.environ
    return Console(stderr=stderr, width=None if is_bounded else UNBOUNDED_WIDTH)


console = _console()
error_console = _console(stderr=True)


def wants_json() -> bool:
    """Whether the command line has --json, even if the rest of it is invalid."""
    return "--json" in sys.argv[1:]


def print_text_to_stderr() -> None:
    """Print texts for people to stderr, so that stdout has only the JSON document."""
    console.stderr = True


def print_json(value: object) -> None:
    """One JSON document on stdout."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    sys.stdout.flush()


def stream_json(name: str, values: Iterable[object]) -> None:
    """One JSON document `{name: [values]}` on stdout, each value written as it comes."""
    sys.stdout.write(f'{{\n  "{name}": [')
    end = "]"
    for number, value in enumerate(values):
        sys.stdout.write(",\n    " if number else "\n    ")
        json.dump(value, sys.stdout, ensure_ascii=False)
        end = "\n  ]"
    sys.stdout.write(f"{end}\n}}\n")
    sys.stdout.flush()


def build_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table of plain texts: cells are never read as markup, and ids are never wrapped."""
    cells = [[_cell_text(cell) for cell in row] for row in rows]
    result = Table(title=escape(title), title_justify="left", header_style="bold")
    for index, column in enumerate(columns):
        is_id = any(ID_PATTERN.match(row[index]) for row in cells)
        result.add_column(column, overflow="fold", no_wrap=is_id, min_width=32 if is_id else None)
    for row in cells:
        result.add_row(*row)
    return result


def _cell_text(cell: object) -> str:
    return "" if cell is None else escape(_without_controls(str(cell)))


def _without_controls(text: str) -> str:
    """The text without the characters that control a terminal; people write captions and names."""
    return "".join(" " if category(char) == "Cc" and char != "\n" else char for char in text)


def print_line(sentence: str) -> None:
    """Print a line for people, without markup or colours."""
    console.print(_without_controls(sentence), markup=False, highlight=False)


def print_error(sentence: str, *, as_json: bool = False) -> None:
    """Print an error: on stderr, or as JSON on stdout if JSON was asked for."""
    if as_json or wants_json():
        try:
            print_json({"error": sentence})
        except OSError:  # stdout itself failed
            pass
        else:
            return
    error_console.print(sentence, style="red", markup=False, highlight=False)


def print_warnings(warnings: Iterable[FieldError], prefix: str = "") -> None:
    """Print a line for each field of a post that will not be sent."""
    for each in warnings:
        line = f"{prefix}warning: {each['field']}: {each['message']}"
        console.print(line, style="yellow", markup=False, highlight=False)


def fail(message: str, *, as_json: bool = False, code: int = 1) -> NoReturn:
    """End with an error, without a traceback. Code 2: the command line, a setting or a file is
    wrong; 1: the command failed."""
    print_error(message, as_json=as_json)
    raise typer.Exit(code)
