"""Counts graphemes, and cuts texts between them: what a reader sees as one character stays whole.

A family of emoji, a flag, and a letter with its accents have several code points each.
"""

from collections.abc import Callable
from typing import Final

import regex

_GRAPHEME: Final = regex.compile(r"\X")
ELLIPSIS: Final = "…"


def count(text: str) -> int:
    """The number of graphemes."""
    return sum(1 for _ in _GRAPHEME.finditer(text))


def cut(text: str, max_length: int) -> str:
    """The longest beginning of whole graphemes with at most `max_length` code points.

    A grapheme that is itself longer than that is cut: the limit always holds.
    """
    if len(text) <= max_length:
        return text
    return cut_to_width(text, max_length, len) or text[:max_length]


def cut_to_width(text: str, max_width: int, width: Callable[[str], int]) -> str:
    """The longest beginning of whole graphemes whose widths have at most this sum."""
    end = used = 0
    for grapheme in _GRAPHEME.finditer(text):
        used += width(grapheme.group())
        if used > max_width:
            break
        end = grapheme.end()
    return text[:end]


def shorten(text: str, max_length: int) -> str:
    """At most `max_length` code points and an ellipsis; cut at a blank if one is near the end."""
    if len(text) <= max_length:
        return text
    beginning = cut(text, max_length)
    words, blank, _ = beginning.rpartition(" ")
    is_near = blank and len(words) * 2 >= max_length
    return (words if is_near else beginning).rstrip() + ELLIPSIS
