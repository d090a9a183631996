"""The text that a search looks into."""

from models.text_folding import fold
from services.posts.search_text import MAX_LENGTH, build_search_text

POST = {
    "title": "Straße",
    "platform_fields": {"youtubeTitle": "Ｌｏａｆ", "youtubePrivacy": "unlisted"},
    "caption": "ÜBER\n  ŻÓŁĆ",
    "versions": {"x": {"caption": "Short"}, "facebook": {"media": [0]}},
    "thread": ["And then"],
}


def test_every_text_of_a_post_is_in_it_once_folded() -> None:
    """Labels, titles, caption, versions and thread, in one case, width and line; settings of a
    network are not."""
    text = build_search_text(POST, ["Ostern 2026"])
    assert text == "ostern 2026 strasse loaf über żółć short and then"
    assert fold("STRASSE") in text


def test_two_forms_of_a_letter_are_one() -> None:
    """A letter with a combining mark equals the letter of its own, in any case."""
    assert fold("E\u0301te\u0301") == fold("\u00e9t\u00c9") == "\u00e9t\u00e9"


def test_a_huge_post_costs_a_search_no_more_than_a_long_one() -> None:
    """The text is cut, behind the labels and the title."""
    text = build_search_text({**POST, "caption": "a" * 65_000}, ["Ostern"])
    assert len(text) == MAX_LENGTH
    assert text.startswith("ostern strasse")
