"""The length of a text, as each network counts it. Pure.

| method       | what counts                                                                      |
|--------------|----------------------------------------------------------------------------------|
| `characters` | Unicode code points, where a network says no more than "characters"              |
| `utf16`      | UTF-16 code units: most emoji are 2                                              |
| `utf8`       | bytes                                                                            |
| `threads`    | code points, but each one that belongs to an emoji by its bytes in UTF-8         |
| `weighted`   | X's own weights: `count_for_x` in `x_weight.py`                                  |
| `bluesky`    | graphemes: what readers see as one character                                     |
| `mastodon`   | graphemes; a link counts the same whatever its length, a mention without server  |
"""

import re
from collections.abc import Callable
from typing import Final

import regex

from media.graphemes import count as count_graphemes

CountFunction = Callable[[str], int]

_PICTOGRAM: Final = (
    "[\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe"
    "\u2600-\u27bf\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_MODIFIED_PICTOGRAM: Final = f"{_PICTOGRAM}[\ufe0f\U0001f3fb-\U0001f3ff]*[\U000e0020-\U000e007f]*"
# A flag, a keycap, or several pictograms connected by joiners: people see one emoji.
EMOJI: Final = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|[0-9#*]\ufe0f?\u20e3|[\u00a9\u00ae]\ufe0f"
    f"|{_MODIFIED_PICTOGRAM}(?:\u200d{_MODIFIED_PICTOGRAM})*"
)

_HTTP_LINK: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_REMOTE_MENTION: Final = re.compile(
    r"(?<![=/\w])@(\w+(?:[\w.-]*\w)?)@[\w.-]+\w", re.ASCII | re.IGNORECASE
)
MASTODON_LINK: Final = 23

# Signs that join two letters to one grapheme since Unicode 17; before, those of six scripts did.
_NEW_JOINTS: Final = regex.compile(
    r"[[\p{InCB=Linker}]--[\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d]][\p{M}\u200d]*(?=\p{L})", regex.V1
)


def count_code_points(text: str) -> int:
    """Code points."""
    return len(text)


def count_utf16_units(text: str) -> int:
    """UTF-16 code units."""
    return len(text) + sum(char > "\uffff" for char in text)


def count_bytes(text: str) -> int:
    """Bytes in UTF-8."""
    return len(text.encode())


def count_for_threads(text: str) -> int:
    """As Threads counts: an emoji counts the bytes of its UTF-8."""
    return count_bytes("".join(EMOJI.findall(text))) + len(EMOJI.sub("", text))


def count_for_bluesky(text: str) -> int:
    """As a server of Bluesky counts that knows Unicode 16: the two letters of a new joint, such as
    in Khmer and Burmese, are two. A newer server counts less, so the limit always holds."""
    return count_graphemes(text) + sum(1 for _ in _NEW_JOINTS.finditer(text))


def count_for_mastodon(text: str, link: int = MASTODON_LINK) -> int:
    """As Mastodon counts; `link`: what each link counts on this instance. A sign behind a link may
    be taken for a part of it, which then counts less here: the instance itself refuses."""
    shortened = _HTTP_LINK.sub("x" * link, text)
    return count_graphemes(_REMOTE_MENTION.sub(r"@\1", shortened))
