"""Protects spreadsheets against formulas in CSV cells ("CSV injection"). Pure.

A caption may begin with "=". A program that opens the CSV file would compute it as a formula,
even if a stranger wrote it. So such a cell is exported with an apostrophe before it, which marks
text in a spreadsheet, and imported without the apostrophe.
"""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")


def escape_formula(text: str) -> str:
    """The cell to write for a text: no spreadsheet computes it."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_formula(cell: str) -> str:
    """The text of a cell that was read."""
    return cell[1:] if _ESCAPED.match(cell) else cell
