"""Cuts texts between graphemes: what a reader sees as one character stays whole.

A family of emoji, a flag, and a letter with its accents have several code points each.
"""

from typing import Final

import regex

_GRAPHEME: Final = regex.compile(r"\X")
ELLIPSIS: Final = "…"


def cut(text: str, max_length: int) -> str:
    """The longest beginning of whole graphemes with at most `max_length` code points.

    A grapheme that is itself longer than that is cut: the limit always holds.
    """
    if len(text) <= max_length:
        return text
    end = 0
    for grapheme in _GRAPHEME.finditer(text):
        if grapheme.end() > max_length:
            break
        end = grapheme.end()
    return text[: end or max_length]


def shorten(text: str, max_length: int) -> str:
    """At most `max_length` code points and an ellipsis; cut at a blank if one is near the end."""
    if len(text) <= max_length:
        return text
    beginning = cut(text, max_length)
    words, blank, _ = beginning.rpartition(" ")
    is_near = blank and len(words) * 2 >= max_length
    return (words if is_near else beginning).rstrip() + ELLIPSIS
