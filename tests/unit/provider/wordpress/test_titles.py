"""The title of a post, and what is left of the caption."""

import pytest

from provider.protocol import DraftMedia
from provider.wordpress.titles import MAX_LENGTH, split_title
from tests.unit.provider.wordpress.scripted_site import wordpress_draft

LONG = "Long words of a first line " * 6


@pytest.mark.parametrize(
    ("title", "caption", "expected"),
    [
        ("Bread", "Fresh at 8", ("Bread", "Fresh at 8")),
        ("", "Fresh at 8\n\nCome early", ("Fresh at 8", "Come early")),
        ("", "  Fresh at 8  \nCome early", ("Fresh at 8", "Come early")),
        ("", "Fresh at 8", ("Fresh at 8", "Fresh at 8")),
        ("", "Fresh at 8\n \n", ("Fresh at 8", "Fresh at 8")),
        ("", "", ("", "")),
    ],
)
def test_the_first_line_is_the_title(title: str, caption: str, expected: tuple[str, str]) -> None:
    """Where there is none of its own; it is not repeated, unless nothing else would be there."""
    assert split_title(wordpress_draft(caption, title=title)) == expected


def test_a_title_with_a_photo_needs_no_text() -> None:
    """The first line is not repeated where a file follows it."""
    draft = wordpress_draft("Fresh at 8", media=(DraftMedia("5", "image/jpeg"),))
    assert split_title(draft) == ("Fresh at 8", "")


def test_a_long_first_line_is_cut_at_a_word() -> None:
    """The text keeps it whole."""
    title, text = split_title(wordpress_draft(f"{LONG}\nmore"))
    assert len(title) <= MAX_LENGTH + 1
    assert title.endswith("…")
    assert LONG.startswith(title.removesuffix("…") + " ")
    assert text.startswith(LONG.strip())
