"""Cells that a spreadsheet would take for formulas (pure).

A caption may begin with "=", and a program that opens a CSV file would compute it, whoever wrote
it. So cells that begin so are written with an apostrophe before them, which spreadsheets' users
know as "this is text", and read without it.
"""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")


def escape_formula(text: str) -> str:
    """A cell that no spreadsheet computes."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_formula(cell: str) -> str:
    """The text that a cell stands for."""
    return cell[1:] if _ESCAPED.match(cell) else cell
