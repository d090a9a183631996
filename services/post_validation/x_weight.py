"""The length of a text as X counts it: twitter-text 3.1 with its configuration of version 3. Pure.

A link is 23, an emoji 2, a character of most alphabets 1, any other character 2, after NFC.
https://docs.x.com/fundamentals/counting-characters
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Final

from services.post_validation.x_links import find_links

LINK_WEIGHT: Final = 23
EMOJI_WEIGHT: Final = 2
HEAVY_WEIGHT: Final = 2
# Characters outside these ranges are heavy.
HEAVY: Final = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
# The last version of emoji that twitter-text knows. It counts the parts of newer ones.
LAST_EMOJI_VERSION: Final = 12.1
_KEYCAP: Final = "\u20e3"
# What an emoji of several characters consists of, so that other text needs no search.
_EMOJI_PART: Final = re.compile(
    "[#*0-9\u00a9\u00ae\u200d\u203c-\u2bff\u3030\u303d\u3297\u3299\ufe0f"
    "\U0001f000-\U0001faff\U000e0020-\U000e007f]{2,}"
)


def count_for_x(text: str) -> int:
    """The weight of a text."""
    normal = unicodedata.normalize("NFC", text)
    links = find_links(normal)
    plain = _without(normal, links)
    weight = LINK_WEIGHT * len(links)
    return weight + sum(_plain_weight(part) for part in plain)


def _without(text: str, spans: list[tuple[int, int]]) -> Iterator[str]:
    """The parts of a text between the spans."""
    position = 0
    for start, end in spans:
        yield text[position:start]
        position = end
    yield text[position:]


def _plain_weight(text: str) -> int:
    sequences = list(_find_sequences(text))
    rest = "".join(_without(text, sequences))
    return EMOJI_WEIGHT * len(sequences) + len(rest) + (HEAVY_WEIGHT - 1) * len(HEAVY.findall(rest))


def _find_sequences(text: str) -> Iterator[tuple[int, int]]:
    """The spans of the emoji that have several code points. The others weigh as characters."""
    for run in _EMOJI_PART.finditer(text):
        position, end = run.span()
        while position < end:
            length = _sequence_length(text, position, end)
            if length:
                yield position, position + length
            position += length or 1


def _sequence_length(text: str, start: int, end: int) -> int:
    """The length of the longest emoji of several code points at `start`; 0 for none."""
    longest = min(_max_length(), end - start)
    found = (n for n in range(longest, 1, -1) if text[start : start + n] in _sequences())
    return next(found, 0)


@cache
def _sequences() -> frozenset[str]:
    """The emoji of several code points that twitter-text takes for one. All variation selectors are
    in them; keycaps may lack theirs."""
    # Imported here: its table is large, and most processes never weigh a text for X.
    from emoji import EMOJI_DATA, STATUS  # noqa: PLC0415

    return frozenset(
        each
        for each, data in EMOJI_DATA.items()
        if len(each) > 1
        and data["E"] <= LAST_EMOJI_VERSION
        and (data["status"] == STATUS["fully_qualified"] or each.endswith(_KEYCAP))
    )


@cache
def _max_length() -> int:
    return max(map(len, _sequences()))
