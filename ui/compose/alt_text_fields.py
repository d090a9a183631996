"""The form fields of alt texts, one for each photo: `altText1`, `altText2` and so on. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.errors import ServiceError
from services.post_validation.alt_texts import FIELD, clean

# No post has more photos.
MAX_PHOTOS: Final = 20
# As many fields are shown at least where the number of photos is not known.
SHOWN_FIELDS: Final = 4
_PREFIX: Final = "altText"


def has_fields(values: Mapping[str, str]) -> bool:
    """Whether a form with these fields was submitted."""
    return f"{_PREFIX}1" in values


def collect_alt_texts(values: Mapping[str, str]) -> list[str]:
    """The alt texts in a form, in the order of its photos; an empty one keeps its place."""
    return clean([values.get(f"{_PREFIX}{number}", "") for number in range(1, MAX_PHOTOS + 1)])


def alt_text_form(
    values: Mapping[str, str], stored: Sequence[str] = (), error: ServiceError | None = None
) -> dict[str, Any]:
    """The template's variables: the texts that were submitted, else those that are stored; the
    first number that is folded; the errors by field."""
    texts = collect_alt_texts(values) if has_fields(values) else [*stored]
    return {
        "alt_texts": texts,
        "alt_fold_from": max(len(texts), SHOWN_FIELDS) + 1,
        "alt_problems": _messages(error) if error else {},
    }


def _messages(error: ServiceError) -> dict[str, str]:
    messages: dict[str, list[str]] = {}
    for each in error.details:
        if name := form_field(each["field"]):
            messages.setdefault(name, []).append(each["message"])
    return {name: "; ".join(found) for name, found in messages.items()}


def form_field(api_field: str) -> str | None:
    """The form field that shows the errors of `altTexts` or `altTexts[n]`; None for other fields
    of the API."""
    name, _, index = api_field.partition("[")
    if name != FIELD:
        return None
    digits = index.rstrip("]")
    return f"{_PREFIX}{int(digits) + 1 if digits.isdecimal() else 1}"
