"""Links and weights of X beyond the published cases."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.post_validation.x_links import find_links
from services.post_validation.x_weight import count_for_x

PIECES = st.sampled_from(
    [
        *(
            "https://",
            "HTTP://",
            "bit.ly",
            "example.com",
            "пример.рф",
            "新品",
            "xn--p1ai",
            "t.co/abc",
        ),
        *("/a_(b)", "?q=1", ":80", "😀", "👍🏽", "1️⃣", "é", "\u202a"),
        *'./,@#_-()! \n"',
    ]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40)


def links(text: str) -> list[str]:
    """The links that are found in a text."""
    return [text[start:end] for start, end in find_links(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bit.ly/abc", ["bit.ly/abc"]),
        ("see EXAMPLE.COM!", ["EXAMPLE.COM"]),
        ("lantern-loaf.co.uk/menu.html today", ["lantern-loaf.co.uk/menu.html"]),
        ("https://a.com,https://b.org", ["https://a.com", "https://b.org"]),
        ("a.com,b.org", ["a.com", "b.org"]),
        ("(https://a.com/b)", ["https://a.com/b"]),
        ("https://a.com/b_(c)/d", ["https://a.com/b_(c)/d"]),
        ("https://a.com!!!x", ["https://a.com"]),
        ('https://a.com/b"c', ["https://a.com/b"]),
        ("記事はhttps://a.com/bです", ["https://a.com/b"]),
        ("記事はa.com/bです", ["a.com/b"]),
        ("https://пример.рф/путь", ["https://пример.рф/путь"]),
        ("https://a.com:8080/b?c=d&e=f#g.", ["https://a.com:8080/b?c=d&e=f#g"]),
        ("me@example.com @example.com #example.com $example.com", []),
        ("report.pdf index.html v1.2 e.g. etc...and", []),
        ("a_b.com -a.com /a.com .a.com", []),
        ("https://" + "a" * 64 + ".com", []),
        ("https://a.com/" + "b" * 4096, []),
        ("https://t.co/abc?d=e-é", ["https://t.co/abc?d=e-"]),
        ("https://t.co/" + "a" * 41, []),
    ],
)
def test_where_links_begin_and_end(text: str, expected: list[str]) -> None:
    """A link needs no scheme, ends before the marks of its sentence, and may touch other signs."""
    assert links(text) == expected


@pytest.mark.parametrize(
    ("text", "weight"),
    [("❤️\u200d🔥", 5), ("☺\ufe0e", 4), ("🇦🇦", 4), ("👨\u200d👩", 5), ("©️", 2), ("©", 1), ("1⃣", 2)],
)
def test_emoji_that_x_does_not_know_weigh_as_their_parts(text: str, weight: int) -> None:
    """A sequence is one emoji where the published rules know it; the parts of others add up."""
    assert count_for_x(text) == weight


@given(TEXTS, TEXTS)
def test_words_do_not_change_each_other(one: str, other: str) -> None:
    """The weight of two texts with a blank between is the sum of their weights and the blank."""
    together = count_for_x(f"a {one} {other}")
    assert together == count_for_x(f"a {one}") + count_for_x(f"a {other}") - len("a")


@given(TEXTS)
def test_links_stand_in_order_and_apart(text: str) -> None:
    """Links do not overlap, hold no blanks, and have a dot."""
    spans = find_links(text)
    assert all(before[1] < after[0] for before, after in pairwise(spans))
    assert all("." in text[start:end] for start, end in spans)
    assert not any(char.isspace() for start, end in spans for char in text[start:end])


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    [
        *("a.", "新", "a_b.", "新.com", "(a!)", "https://"),
        *("a.com,", "@aaaa", "(_", "((((a", "❤️\u200d🔥"),
    ],
)
def test_a_long_text_is_counted_in_time_that_grows_with_its_length(piece: str) -> None:
    """No repetition of signs, up to the longest caption, makes the search for links slow."""
    text = "https://a.com/" + piece * (60_000 // len(piece)) + "!.x"
    assert count_for_x(text) > 280
