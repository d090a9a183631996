"""The values of filters, from a query string: several of a name, repeated or with commas."""

from collections.abc import Iterable, Sequence
from typing import Final

from models.statuses import PostStatus
from services.errors import invalid_field
from services.inputs.field_types import PLATFORMS

POST_TYPES: Final = ("video", "photo", "text", "document")
STATUSES: Final = tuple(PostStatus)
NETWORKS: Final = PLATFORMS
MAX_VALUES: Final = 50
MAX_LENGTH: Final = 200


def read_values(field: str, texts: Iterable[str] | None) -> tuple[str, ...]:
    """The values in their order, each once; ValidationFailed where there are too many."""
    names = (name.strip() for text in texts or () for name in text.split(","))
    found = tuple(dict.fromkeys(name for name in names if name))
    if len(found) > MAX_VALUES:
        raise invalid_field(field, f"must have at most {MAX_VALUES} values, not {len(found)}")
    if any(len(name) > MAX_LENGTH for name in found):
        raise invalid_field(field, f"must have at most {MAX_LENGTH} characters in a value")
    return found


def read_choices(
    field: str, texts: Iterable[str] | None, allowed: Sequence[str]
) -> tuple[str, ...]:
    """The values, each of them one of `allowed`; ValidationFailed names the one that is not."""
    found = read_values(field, texts)
    for name in found:
        if name not in allowed:
            raise invalid_field(field, f"{name!r} is unknown; choose from {', '.join(allowed)}")
    return found
