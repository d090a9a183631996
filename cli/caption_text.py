"""Captions in tables: one line without control characters, cut to a width."""

import unicodedata

from rich.cells import cell_len

from media.graphemes import ELLIPSIS, cut_to_width


def caption_line(caption: str, width: int) -> str:
    """The beginning of a caption that is at most `width` columns of a terminal wide."""
    # An escape sequence in a caption must not reach the terminal.
    plain = "".join(" " if unicodedata.category(char) == "Cc" else char for char in caption)
    line = " ".join(plain.split())
    if cell_len(line) <= width:
        return line
    return cut_to_width(line, width - 1, cell_len).rstrip() + ELLIPSIS
