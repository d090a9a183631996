"""Links in a text as X finds and shortens them, by the rules of twitter-text 3.1. Pure.

A link may have no scheme, and may touch other characters: "see bit.ly/a,bit.ly/b" has two.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from services.post_validation.x_domains import (
    DIRECTIONAL,
    INVALID,
    LABEL_EDGE,
    Label,
    domain_end,
    find_ascii_domains,
    find_labels,
)
from services.post_validation.x_paths import PORT, QUERY, QUERY_PATTERN, end_of, path_end

MAX_LINK_LENGTH: Final = 4096
MAX_LABEL_LENGTH: Final = 63
MAX_TCO_SLUG: Final = 40

# Before a link; and before one without a scheme there may be none of these.
_BEFORE: Final = re.compile(rf"[^A-Za-z0-9@＠$#＃{INVALID}]|[{DIRECTIONAL}]")
_NOT_BEFORE_BARE: Final = "-_./"
_BEGIN: Final = re.compile(rf"(?:(?<=[^A-Za-z0-9@＠$#＃{INVALID}])|\A){LABEL_EDGE}")
_SCHEME: Final = re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://\Z")

_TCO: Final = re.compile(
    rf"[Hh][Tt][Tt][Pp][Ss]?://[Tt]\.[Cc][Oo]/([A-Za-z0-9]+)(?:{QUERY_PATTERN})?"
)
# What Unicode takes for the dot of a domain name.
_DOTS: Final = re.compile("[.\u3002\uff0e\uff61]")


class _Match(NamedTuple):
    """What looks like a link: where it begins and ends, and its domain."""

    start: int
    domain_start: int
    domain_end: int
    end: int
    has_path: bool


def find_links(text: str) -> list[tuple[int, int]]:
    """The spans of the links."""
    return [link for match in _find_matches(text) for link in _links_of(text, match)]


def _find_matches(text: str) -> Iterator[_Match]:
    """What looks like a link, from left to right, without overlaps."""
    position = 0
    for label in find_labels(text):
        while label.end > position:
            match = _match_in_label(text, label, position)
            if match is None:
                break
            yield match
            # The next link needs a character of its own before it.
            position = match.end + 1


def _match_in_label(text: str, label: Label, position: int) -> _Match | None:
    """The first match whose domain begins in a label, at `position` or later."""
    for start in _possible_starts(text, label, max(label.start, position)):
        end = domain_end(text, label, start)
        if end is not None:
            path_start = end_of(PORT, text, end)
            query_start = path_end(text, path_start)
            begin, link_end = _scheme_start(text, start, position), end_of(QUERY, text, query_start)
            return _Match(begin, start, end, link_end, query_start > path_start)
    return None


def _possible_starts(text: str, label: Label, position: int) -> Iterator[int]:
    """Where a domain may begin in a label. Of two starts that fail or succeed alike, the first.

    At the very beginning of the text, twitter-text prefers the second character to the first.
    """
    first = _BEGIN.search(text, position, label.end)
    if first is None:
        return
    if first.start() == 0 and _BEFORE.match(text, 0) and _BEGIN.match(text, 1, label.end):
        yield 1
    yield first.start()
    # A name with an underscore can only be a subdomain, what is behind the underscore any name.
    underscore = text.rfind("_", first.start(), label.end)
    after = _BEGIN.search(text, underscore, label.end) if underscore >= 0 else None
    if after is not None:
        yield after.start()


def _scheme_start(text: str, start: int, position: int) -> int:
    """Where a link begins: at its scheme, if that stands directly before the domain."""
    scheme = _SCHEME.search(text, max(position, start - len("https://")), start)
    if scheme is None:
        return start
    before = scheme.start() - 1
    return scheme.start() if before < 0 or _BEFORE.match(text, before) else start


def _links_of(text: str, match: _Match) -> Iterator[tuple[int, int]]:
    domain = text[match.domain_start : match.domain_end]
    scheme_length = match.domain_start - match.start or len("https://")
    if (
        not _is_valid_domain(domain)
        or scheme_length + match.end - match.domain_start > MAX_LINK_LENGTH
    ):
        return
    if match.start < match.domain_start:
        yield from _schemed_link(text, match)
    elif text[match.start - 1 : match.start] not in tuple(_NOT_BEFORE_BARE):
        yield from _bare_links(match, domain)


def _schemed_link(text: str, match: _Match) -> Iterator[tuple[int, int]]:
    tco = _TCO.match(text, match.start, match.end)
    if tco is None:
        yield match.start, match.end
    elif len(tco[1]) <= MAX_TCO_SLUG:
        yield match.start, tco.end()


def _bare_links(match: _Match, domain: str) -> Iterator[tuple[int, int]]:
    """The Latin domain names of a link without a scheme; the last one has the path.

    What stands between that name and the path counts by its letters. X's own versions differ here;
    this is the heavier count.
    """
    spans = [
        (match.domain_start + start, match.domain_start + end)
        for start, end in find_ascii_domains(domain)
    ]
    if spans and match.has_path:
        start, end = spans[-1]
        spans[-1] = (start, end + match.end - match.domain_end)
    yield from spans


def _is_valid_domain(domain: str) -> bool:
    """Whether DNS could have such a name, by the lengths of its labels in Punycode."""
    if domain.startswith("xn--") and not any(find_ascii_domains(domain)):
        return False
    return all(0 < _punycode_length(label) <= MAX_LABEL_LENGTH for label in domain.split("."))


def _punycode_length(label: str) -> int:
    # Not the codec first: it is slow for long texts.
    if label.isascii() or len(label) > MAX_LABEL_LENGTH:
        return len(label)
    return sum(
        len(part) if part.isascii() else len("xn--") + len(part.encode("punycode"))
        for part in _DOTS.split(label)
    ) + len(_DOTS.findall(label))
