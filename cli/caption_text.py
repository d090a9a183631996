"""Captions in tables: one line without control characters, cut to a width."""

import unicodedata

from rich.cells import cell_len, set_cell_size


def caption_line(caption: str, width: int) -> str:
    """The beginning of a caption that is at most `width` columns of a terminal wide."""
    # An escape sequence in a caption must not reach the terminal.
    plain = "".join(" " if unicodedata.category(char) == "Cc" else char for char in caption)
    line = " ".join(plain.split())
    return line if cell_len(line) <= width else f"{set_cell_size(line, width - 1).rstrip()}…"
