"""Ports, paths and queries of links as X sees them, by the rules of twitter-text 3.1. Pure."""

import re
from typing import Final

from services.post_validation.x_domains import LATIN_ACCENTS

_LETTERS: Final = rf"A-Za-z\u0400-\u04ff0-9{LATIN_ACCENTS}"
_PATH_CHAR: Final = rf"[{_LETTERS}!*';:=+,.$/%#\[\]\-\u2013_~@|&]"
# In parentheses there may be one more pair.
_PARENS: Final = rf"\((?:{_PATH_CHAR}++|{_PATH_CHAR}*+\({_PATH_CHAR}++\){_PATH_CHAR}*+)\)"
_PATH: Final = re.compile(rf"/{_PATH_CHAR}*+(?:{_PARENS}{_PATH_CHAR}*+)*+")
_PATH_PART: Final = re.compile(
    rf"(?P<last>[{_LETTERS}+\-=_#/]++)|(?P<parens>{_PARENS})|{_PATH_CHAR}"
)
PORT: Final = re.compile(r":[0-9]+")
QUERY_PATTERN: Final = r"\?[A-Za-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[A-Za-z0-9\-_&=#/]"
QUERY: Final = re.compile(QUERY_PATTERN)


def end_of(pattern: re.Pattern[str], text: str, start: int) -> int:
    """The end of what matches at `start`; `start` where nothing does."""
    match = pattern.match(text, start)
    return match.end() if match else start


def path_end(text: str, start: int) -> int:
    """The end of the path that begins at `start`. A path ends with a letter or the like, or with
    parentheses that follow one; the marks behind that belong to the sentence."""
    end = start
    for part in _PATH_PART.finditer(text, start, end_of(_PATH, text, start)):
        if part["last"] or (part["parens"] and part.start() == end):
            end = part.end()
    return end
