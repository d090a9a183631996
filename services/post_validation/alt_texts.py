"""The alt texts of a post: one for each photo, in their order. Pure."""

from collections.abc import Iterator, Sequence

from services.errors import FieldError

FIELD = "altTexts"


def clean(alt_texts: Sequence[str] | None) -> list[str]:
    """The texts without blanks at their ends, and without the empty ones after the last text."""
    found = [each.strip() for each in alt_texts or ()]
    while found and not found[-1]:
        found.pop()
    return found


def alt_text_problems(
    post_type: str, alt_texts: Sequence[str] | None, photos: int
) -> Iterator[FieldError]:
    """Texts of a post without photos, and more texts than photos. Without any photo of a photo
    post, that is the problem, and not the texts."""
    given = len(clean(alt_texts))
    if given and post_type != "photo":
        message = f"does not go with postType {post_type!r}, but with 'photo'"
        yield FieldError(field=FIELD, message=message)
    elif 0 < photos < given:
        some = "one photo" if photos == 1 else f"{photos} photos"
        message = f"has {given} texts, but the post has {some}; write one for each photo, in order"
        yield FieldError(field=FIELD, message=message)
