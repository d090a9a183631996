"""Alt texts: one for each photo, in order."""

from hypothesis import given
from hypothesis import strategies as st

from services.post_validation.alt_texts import alt_text_problems, clean

TEXTS = st.lists(st.sampled_from(["", " ", "A cup", " A loaf\n"]), max_size=6)


@given(TEXTS)
def test_a_text_keeps_its_place(texts: list[str]) -> None:
    """Empty texts before it count, those after the last one do not; blanks at the ends go."""
    found = clean(texts)
    assert found == [each.strip() for each in texts[: len(found)]]
    assert not found or found[-1]
    assert not any(each.strip() for each in texts[len(found) :])


@given(TEXTS, st.integers(1, 6))
def test_more_texts_than_photos_are_refused(texts: list[str], photos: int) -> None:
    """The sentence has both numbers; fewer texts, and empty ones at the end, are no problem."""
    problems = [*alt_text_problems("photo", texts, photos)]
    number = len(clean(texts))
    assert [each["field"] for each in problems] == (["altTexts"] if number > photos else [])
    if problems:
        assert f"has {number} texts, but the post has" in problems[0]["message"]


@given(TEXTS, st.sampled_from(["text", "video", "document"]))
def test_only_photos_have_alt_texts(texts: list[str], post_type: str) -> None:
    """A text of any other post is refused; empty ones, as forms send them, say nothing."""
    problems = [*alt_text_problems(post_type, texts, 0)]
    assert bool(problems) == bool(clean(texts))
    assert all("does not go with postType" in each["message"] for each in problems)
