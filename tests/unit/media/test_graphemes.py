"""Texts are cut between what a reader sees as characters, wherever we cut one."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from media.file_types import FILE_TYPES, with_extension
from media.graphemes import ELLIPSIS, cut, shorten
from services.post_validation.validators import quote
from ui.calendar.post_card import excerpt

FAMILY = "👨\u200d👩\u200d👧\u200d👦"
FLAG = "🇩🇪"
ACCENT = "e\u0301"
GRAPHEMES = [FAMILY, FLAG, ACCENT, "👍🏽", "1\ufe0f\u20e3", "a", " ", "新", "नि", "각"]
TEXTS = st.lists(st.sampled_from(GRAPHEMES), max_size=40).map("".join) | st.text(max_size=80)


def graphemes(text: str) -> list[str]:
    """The graphemes of a text."""
    return regex.findall(r"\X", text)


@given(TEXTS, st.integers(1, 60))
def test_a_cut_text_has_whole_graphemes_and_as_many_as_fit(text: str, limit: int) -> None:
    """It is within the limit, and the next grapheme would not be."""
    whole = graphemes(text)
    beginning = cut(text, limit)
    count = len(graphemes(beginning))
    assert text.startswith(beginning)
    assert len(beginning) <= limit
    if whole and len(whole[0]) <= limit:
        assert whole[:count] == graphemes(beginning)
        assert count == len(whole) or len("".join(whole[: count + 1])) > limit


@given(TEXTS, st.integers(8, 60))
def test_a_short_form_ends_near_its_limit(text: str, limit: int) -> None:
    """Whole if it fits; otherwise an ellipsis, and not much less text than the limit allows."""
    short = shorten(text, limit)
    if len(text) <= limit:
        assert short == text
        return
    beginning = short.removesuffix(ELLIPSIS)
    assert short.endswith(ELLIPSIS)
    assert text.startswith(beginning)
    assert beginning == beginning.rstrip()
    assert len(beginning) <= limit


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("one two three four", "one two…"),
        ("one twothreefour", "one twothr…"),
        ("新品 面包今天早上八点开始供应", "新品 面包今天早上八…"),
        ("a" * 9 + FAMILY, "a" * 9 + "…"),
        ("a" + FLAG * 9, "a" + FLAG * 4 + "…"),
        (ACCENT * 9, ACCENT * 5 + "…"),
        ("a" + "\u0301" * 50, "a" + "\u0301" * 9 + "…"),
    ],
)
def test_where_a_text_is_cut(text: str, short: str) -> None:
    """At a blank in its second half, else between graphemes; one that is too long is cut itself."""
    assert shorten(text, 10) == short


@pytest.mark.parametrize("sign", [FLAG, ACCENT])
@pytest.mark.parametrize("before", [0, 1])
def test_every_place_that_cuts_keeps_graphemes_whole(sign: str, before: int) -> None:
    """Excerpts on the page, names of files, and values in messages."""
    text = "a" * before + sign * 200
    name = with_extension(f"{text}.jpg", FILE_TYPES["image/jpeg"]).removesuffix(".jpg")
    quoted = quote(text).removesuffix("…").removeprefix("'")
    for found in (excerpt(text, 50).removesuffix("…"), name, quoted):
        assert graphemes(found) == graphemes(text)[: len(graphemes(found))]
