"""Links in a text: those with a scheme, and domain names alone. Pure.

linkify-it finds them as in Markdown: punctuation behind a link belongs to the sentence, parentheses
inside one to the link.
"""

from typing import Final, NamedTuple

import regex
from linkify_it import LinkifyIt
from linkify_it.tlds import TLDS

SCHEMES: Final = ("http:", "https:")
# linkify-it sees no link that touches an emoji, and takes invisible characters for a part of one.
# Each of these characters becomes a blank first, so that all positions stay.
_SEPARATOR: Final = regex.compile(r"[[\p{So}\p{Sk}\p{Cf}\ufe0f]--[\x00-\x7f]]", regex.V1)
# Closing quotes, an ellipsis and the like, which linkify-it takes for a part of the link.
_PUNCTUATION_BEHIND: Final = regex.compile(r"[[\p{P}]--[\x00-\x7f]]+\Z", regex.V1)
_FINDER: Final = LinkifyIt(options={"fuzzy_email": True}).tlds(TLDS)


class Link(NamedTuple):
    """The text from `start` to `end` (in code points), and where it leads."""

    start: int
    end: int
    uri: str


def find_links(text: str) -> list[Link]:
    """The links, from left to right."""
    found = _FINDER.match(_SEPARATOR.sub(" ", text)) or []
    return [
        _to_link(match.schema, match.index, match.raw)
        for match in found
        if match.schema in ("", *SCHEMES)
    ]


def _to_link(scheme: str, start: int, raw: str) -> Link:
    written = _PUNCTUATION_BEHIND.sub("", raw)
    return Link(start, start + len(written), written if scheme else f"https://{written}")
