"""Links, mentions and hashtags of a text, as the facets of a record. Pure.

Facets name their place by bytes of UTF-8, from the first one to the one behind the last.
https://docs.bsky.app/docs/advanced-guides/post-richtext
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import regex

from media.graphemes import count
from provider.links import find_links

MAX_TAG_GRAPHEMES: Final = 64
MAX_TAG_BYTES: Final = 640
# A handle is a domain name whose last part begins with a letter.
_LABEL: Final = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_MENTION: Final = regex.compile(
    rf"(?<![\w.@/:-])@(?P<handle>(?:{_LABEL}\.)+(?=[a-zA-Z]){_LABEL})(?![\w@])"
)
# Letters, digits and pictograms; inside a tag also signs that join words.
_TAG: Final = regex.compile(
    r"(?<![\w&/#＃@])[#＃](?![\ufe0f\u20e3])"
    r"(?P<tag>(?:[\p{L}\p{M}\p{N}_+\p{So}\p{Sk}]|\u200d(?=\p{So})|[-'’·](?=[\p{L}\p{N}]))+)"
)
_NOT_ONLY_DIGITS: Final = regex.compile(r"[\p{L}\p{So}]")


class Part(NamedTuple):
    """A part of a text (in code points) that a facet is about. `value`: the link, the handle or
    the hashtag."""

    start: int
    end: int
    kind: str
    value: str


def find_parts(text: str) -> list[Part]:
    """The links, mentions and hashtags, from left to right. They do not overlap."""
    kept: list[Part] = []
    for part in sorted((*_links(text), *_mentions(text), *_tags(text))):
        if not kept or part.start >= kept[-1].end:
            kept.append(part)
    return kept


def find_handles(text: str) -> list[str]:
    """The handles that a text mentions, each once, in lower case."""
    return list(dict.fromkeys(part.value for part in find_parts(text) if part.kind == "mention"))


def to_facets(text: str, dids: Mapping[str, str]) -> list[dict[str, Any]]:
    """The facets of a text. `dids`: the accounts by their handles; others stay plain text."""
    features = ((part, _feature(part, dids)) for part in find_parts(text))
    return [
        {"index": _byte_range(text, part), "features": [feature]}
        for part, feature in features
        if feature is not None
    ]


def _links(text: str) -> Iterator[Part]:
    return (Part(link.start, link.end, "link", link.uri) for link in find_links(text))


def _mentions(text: str) -> Iterator[Part]:
    for match in _MENTION.finditer(text):
        yield Part(*match.span(), "mention", match["handle"].lower())


def _tags(text: str) -> Iterator[Part]:
    for match in _TAG.finditer(text):
        tag = match["tag"]
        is_short = len(tag.encode()) <= MAX_TAG_BYTES and count(tag) <= MAX_TAG_GRAPHEMES
        if is_short and _NOT_ONLY_DIGITS.search(tag):
            yield Part(*match.span(), "tag", tag)


def _feature(part: Part, dids: Mapping[str, str]) -> dict[str, str] | None:
    name = "app.bsky.richtext.facet"
    if part.kind == "link":
        return {"$type": f"{name}#link", "uri": part.value}
    if part.kind == "tag":
        return {"$type": f"{name}#tag", "tag": part.value}
    did = dids.get(part.value)
    return None if did is None else {"$type": f"{name}#mention", "did": did}


def _byte_range(text: str, part: Part) -> dict[str, int]:
    start = len(text[: part.start].encode())
    return {"byteStart": start, "byteEnd": start + len(text[part.start : part.end].encode())}
