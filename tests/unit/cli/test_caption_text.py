"""Captions in tables of the command line."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cli.caption_text import caption_line


@given(st.text(max_size=200), st.integers(1, 80))
def test_a_caption_is_one_line_of_at_most_the_width(caption: str, width: int) -> None:
    """However wide its characters are, and without any control character."""
    line = caption_line(caption, width)
    assert cell_len(line) <= width
    assert not any(unicodedata.category(char) == "Cc" for char in line)
    assert line == line.strip()


@pytest.mark.parametrize(
    ("caption", "shown"),
    [
        ("Fresh at 8", "Fresh at 8"),
        ("Fresh\r\n\r\nat  8", "Fresh at 8"),
        ("Fresh at eight", "Fresh at…"),
        ("新品が焼き上がり", "新品が焼…"),
        ("\x1b[2JFresh", "[2JFresh"),
        (" \n", ""),
    ],
)
def test_only_what_does_not_fit_is_cut(caption: str, shown: str) -> None:
    """A caption of ten columns stays; a longer one ends with an ellipsis; wide characters count
    two; an escape sequence loses its first character."""
    assert caption_line(caption, 10) == shown
