"""How long a text is, as each network counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.post_validation.text_length import (
    count_bytes,
    count_code_points,
    count_for_bluesky,
    count_for_threads,
    count_utf16_units,
)
from services.post_validation.x_weight import count_for_x

FAMILY = "👨‍👩‍👧‍👦"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Hello, world", 12),
        ("日本語", 6),
        ("नमस्ते", 6),
        ("“quotes” – and…", 16),
        ("cafe\u0301", 4),
        ("😀", 2),
        (FAMILY, 2),
        ("👩🏽‍🍳☀️", 4),
        ("🇵🇹🇧🇷", 4),
        ("1️⃣2️⃣", 4),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2),
        ("© 2026 ™", 9),
        ("https://a.com/" + "x" * 500, 23),
        ("see http://a.com/b?c=d#e.", 28),
        ("https://a.com https://b.com", 47),
    ],
)
def test_x_weighs(text: str, length: int) -> None:
    """Links are 23, an emoji is 2 however it is built, wide characters are 2, the rest 1."""
    assert count_for_x(text) == length


@pytest.mark.parametrize(
    ("text", "length"), [("Hello", 5), ("日本語", 3), ("😀", 4), (FAMILY, 25), ("a☀️b", 8)]
)
def test_threads_counts_the_bytes_of_emoji(text: str, length: int) -> None:
    """Words by their characters, emoji by their bytes in UTF-8."""
    assert count_for_threads(text) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Hello, world", 12),
        (f"{FAMILY}🇵🇹1️⃣👋🏽", 4),
        ("e\u0301\r\n각", 3),
        ("नमस्ते", 3),
        ("क्षत्रिय", 3),
        ("ភាសាខ្មែរ", 5),
        ("သတ္တဝါ", 5),
        ("ꦲꦏ꧀ꦱꦫ", 4),
    ],
)
def test_bluesky_counts_graphemes(text: str, length: int) -> None:
    """What readers see as one character is one, as Bluesky's own server counted these texts."""
    assert count_for_bluesky(text) == length


@given(TEXTS)
def test_the_plain_ways_are_those_of_the_encodings(text: str) -> None:
    """UTF-16 units and UTF-8 bytes equal the encoders'; the other counts lie between."""
    assert count_utf16_units(text) == len(text.encode("utf-16-le")) // 2
    assert count_bytes(text) == len(text.encode())
    assert count_code_points(text) <= count_for_threads(text) <= count_bytes(text)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters=":.")))
def test_letters_weigh_one(text: str) -> None:
    """ASCII without a link, which has a dot: all methods count the same."""
    assert {
        count(text)
        for count in (
            count_code_points,
            count_bytes,
            count_utf16_units,
            count_for_threads,
            count_for_x,
        )
    } == {len(text)}
