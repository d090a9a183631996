"""Links, mentions and hashtags of a text, and their places in bytes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.bluesky.rich_text import find_handles, find_parts, to_facets

FAMILY = "👨‍👩‍👧"
# Pieces that facets are made of, and that stand between them.
PIECES = st.sampled_from(
    [
        "https://example.com/a_(b)", "example.com", "@alice.example.com", "#tag", "#日本語", " ",
        ".", ")", "(", "\n", "שלום", "\u200f", "é", FAMILY, "😀", "a", "/", "@", "#", "1", "…",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=3), max_size=12).map("".join)
DIDS = {"alice.example.com": "did:plc:alice"}


def found(text: str) -> list[tuple[str, str]]:
    """The kinds and the values of a text's parts."""
    return [(part.kind, part.value) for part in find_parts(text)]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("https://example.com", ["https://example.com"]),
        ("See http://example.com/a, (https://example.com/b).", [
            "http://example.com/a", "https://example.com/b",
        ]),
        ("https://example.com/a_(b)), x", ["https://example.com/a_(b)"]),
        ("“https://example.com/a”", ["https://example.com/a"]),
        ("https://example.com/a…", ["https://example.com/a"]),
        ("https://example.com/?a=1&b=2#c!", ["https://example.com/?a=1&b=2#c"]),
        ("https://münchen.de/ü", ["https://münchen.de/ü"]),
        ("שלום https://example.com/א סוף", ["https://example.com/א"]),
        ("\u200fhttps://example.com\u200f", ["https://example.com"]),
        (f"{FAMILY}https://example.com{FAMILY}", ["https://example.com"]),
        ("https://a.example https://b.example,https://c.example", [
            "https://a.example", "https://b.example", "https://c.example",
        ]),
        ("at example.com/x and www.example.com!", [
            "https://example.com/x", "https://www.example.com",
        ]),
        ("HTTPS://EXAMPLE.COM/A", ["HTTPS://EXAMPLE.COM/A"]),
        ("version 3.14, end.Sentence a.b ftp://example.com me@example.com https:// //x.org", []),
    ],
)  # fmt: skip
def test_links(text: str, links: list[str]) -> None:
    """Links end before the sentence's punctuation; parentheses inside belong to them."""
    assert [value for kind, value in found(text) if kind == "link"] == links


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@alice.example.com", ["alice.example.com"]),
        ("(@alice.example.com), @Bob.Test.", ["alice.example.com", "bob.test"]),
        (f"{FAMILY}@alice.test's @bob.test😀", ["alice.test", "bob.test"]),
        ("שלום @alice.test,", ["alice.test"]),
        ("@a-b.c-d.test @@alice.test", ["a-b.c-d.test"]),
        ("me@alice.test @alice @alice.1 @-a.test @a_b.test https://x.org/@bob.test", []),
        ("@alice.test@mastodon.example", []),
    ],
)
def test_mentions(text: str, handles: list[str]) -> None:
    """A mention is an @ and a domain name, where no address or link goes on."""
    assert find_handles(text) == handles


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#one #two, (#three).", ["one", "two", "three"]),
        ("#日本語。 #سلام #क्षत्रिय #Ärger!", ["日本語", "سلام", "क्षत्रिय", "Ärger"]),
        ("#covid-19 #don't #a_b #1st #C++", ["covid-19", "don't", "a_b", "1st", "C++"]),
        (f"😀#party🎉 #{FAMILY} ＃wide", ["party🎉", FAMILY, "wide"]),
        ("#123 # #. #_ #️⃣ a#b &#39; https://x.org/#top", []),
        ("#" + "é" * 64, ["é" * 64]),
        ("#" + "é" * 65, []),
        ("#" + "日" * 64, ["日" * 64]),
        ("#" + FAMILY * 36, []),
    ],
)
def test_hashtags(text: str, tags: list[str]) -> None:
    """A hashtag ends before punctuation, and is not a number alone; 64 graphemes and 640 bytes are
    the most."""
    assert [value for kind, value in found(text) if kind == "tag"] == tags


@given(TEXTS)
def test_parts_are_in_order(text: str) -> None:
    """Parts lie inside the text, from left to right, and never overlap."""
    parts = find_parts(text)
    assert all(0 <= part.start < part.end <= len(text) for part in parts)
    assert all(one.end <= other.start for one, other in pairwise(parts))


@given(TEXTS)
def test_facets_name_whole_characters(text: str) -> None:
    """The bytes of a facet are the text of its part, whatever stands before it."""
    encoded, parts = text.encode(), find_parts(text)
    dids = dict.fromkeys(find_handles(text), "did:plc:x")
    facets = to_facets(text, dids)
    assert len(facets) == len(parts)
    for facet, part in zip(facets, parts, strict=True):
        index = facet["index"]
        said = encoded[index["byteStart"] : index["byteEnd"]].decode()
        assert said == text[part.start : part.end]
        assert part.kind != "tag" or said[1:] == part.value


def test_a_mention_without_account_is_plain_text() -> None:
    """A handle that was not resolved has no facet; the others keep theirs."""
    facets = to_facets("@alice.example.com @nobody.example.com", DIDS)
    assert facets == [
        {
            "index": {"byteStart": 0, "byteEnd": 18},
            "features": [
                {"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:alice"},
            ],
        }
    ]


def test_a_long_text_is_read_in_time() -> None:
    """A text of repeated beginnings takes no time that grows with its square."""
    for piece in ("#", "@a.", "https://", "a.", "(", "#-", "@a-"):
        find_parts(piece * (3_000 // len(piece)))
