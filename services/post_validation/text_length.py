"""The length of a text, as each network counts it. Pure.

| method       | what counts                                                                      |
|--------------|----------------------------------------------------------------------------------|
| `characters` | Unicode code points, where a network says no more than "characters"              |
| `utf16`      | UTF-16 code units: most emoji are 2                                              |
| `utf8`       | bytes                                                                            |
| `threads`    | code points, but each one that belongs to an emoji by its bytes in UTF-8         |
| `weighted`   | X's own weights: `count_for_x` in `x_weight.py`                                  |
| `graphemes`  | what readers see as one character: `count` in `media/graphemes.py`               |
"""

import re
from collections.abc import Callable
from typing import Final

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
