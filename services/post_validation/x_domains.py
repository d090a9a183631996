"""Domain names in a text as X sees them, by the rules of twitter-text 3.1. Pure.

X finds links without https://, so it must recognize a domain name by its last part: one of the
top-level domains in `x_top_level_domains.txt`. The search is linear in the length of the text,
which twitter-text's own regular expressions are not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

_PUNCTUATION: Final = r"!'#%&()*+,\\./:;<=>?@\[\]^{|}~$"
# As in JavaScript.
_SPACES: Final = "\x09-\x0d\x20\x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
DIRECTIONAL: Final = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
INVALID: Final = "\ufffe\ufeff\uffff"
LATIN_ACCENTS: Final = (
    "\xc0-\xd6\xd8-\xf6\xf8-\xff\u0100-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f"
    "\u0272\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
)
# A character that a label may begin and end with. Inside, there may be - and _ too.
_LABEL_INSIDE: Final = f"[^{_PUNCTUATION}{_SPACES}{INVALID}{DIRECTIONAL}]"
LABEL_EDGE: Final = f"(?![_-]){_LABEL_INSIDE}"
_EDGE: Final = re.compile(LABEL_EDGE)
_ASCII_INSIDE: Final = f"[-A-Za-z0-9{LATIN_ACCENTS}]"


def _whole_label(character: str) -> re.Pattern[str]:
    """A label that is not tried again from its second character on: that would be quadratic."""
    return re.compile(rf"(?<!{character}){character}++(?=\.)")


_LABEL: Final = _whole_label(_LABEL_INSIDE)
_ASCII_LABEL: Final = _whole_label(_ASCII_INSIDE)

_WORD: Final = re.compile(r"[0-9A-Za-z]+")
_PUNYCODE: Final = re.compile(r"[Xx][Nn]--[-0-9A-Za-z]+")
_NOT_AFTER_TLD: Final = re.compile(r"[0-9a-zA-Z@+-]")


@dataclass(slots=True)
class Label:
    """A part of a domain name with a dot behind it: the text from `start` to `end`.

    `tld_end`: the end of the top-level domain directly behind the dot. `chain_end`: the end of the
    longest domain name that goes on behind the dot. None where there is none.
    """

    start: int
    end: int
    tld_end: int | None = None
    chain_end: int | None = None


def find_labels(text: str, *, ascii_only: bool = False) -> list[Label]:
    """All labels of a text that have a dot behind them."""
    pattern = _ASCII_LABEL if ascii_only else _LABEL
    labels = [Label(*match.span()) for match in pattern.finditer(text)]
    following: Label | None = None
    for label in reversed(labels):
        label.tld_end = tld_end(text, label.end + 1)
        if following is not None and following.start == label.end + 1:
            label.chain_end = domain_end(text, following, following.start, ascii_only=ascii_only)
        following = label
    return labels


def domain_end(text: str, label: Label, start: int, *, ascii_only: bool = False) -> int | None:
    """The end of the longest domain name that begins at `start`, inside a label; None for none."""
    if not ascii_only and not (_EDGE.match(text, start) and _EDGE.match(text, label.end - 1)):
        return None
    if label.chain_end is not None:
        return label.chain_end
    # The label before the top-level domain has no underscore.
    return None if "_" in text[start : label.end] else label.tld_end


def find_ascii_domains(domain: str) -> Iterator[tuple[int, int]]:
    """The spans of the Latin domain names in a domain, which may begin with other scripts."""
    position = 0
    for label in find_labels(domain, ascii_only=True):
        end = domain_end(domain, label, label.start, ascii_only=True)
        if label.start >= position and end is not None:
            yield label.start, end
            position = end


def tld_end(text: str, start: int) -> int | None:
    """The end of the top-level domain that begins at `start`; None for none."""
    word = _WORD.match(text, start)
    if (
        word
        and word[0].lower() in _top_level_domains()
        and not _NOT_AFTER_TLD.match(text, word.end())
    ):
        return word.end()
    for length in _other_lengths():
        name = text[start : start + length]
        end = start + len(name)
        if name.lower() in _top_level_domains() and not _NOT_AFTER_TLD.match(text, end):
            return end
    punycode = _PUNYCODE.match(text, start)
    return punycode.end() if punycode else None


@cache
def _top_level_domains() -> frozenset[str]:
    table = files("services.post_validation") / "x_top_level_domains.txt"
    lines = table.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


@cache
def _other_lengths() -> tuple[int, ...]:
    """The lengths of the top-level domains in other scripts, longest first."""
    lengths = {len(name) for name in _top_level_domains() if not name.isascii()}
    return tuple(sorted(lengths, reverse=True))
