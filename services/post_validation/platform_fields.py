"""Checks a post's `platformFields` against the table of fields. Pure."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from media.graphemes import cut
from services.errors import FieldError
from services.post_validation.content import PostContent
from services.post_validation.field_combinations import combination_problems
from services.post_validation.platform_field_table import PLATFORM_FIELDS

# Suggestions for unknown names are searched only for short names, and for the first few: the search
# is slow.
MAX_NAME: Final = 64
MAX_GUESSES: Final = 10


def field_problems(content: PostContent) -> list[FieldError]:
    """Every problem with the fields; `field` names the key."""
    unknown = [key for key in content.fields if key not in PLATFORM_FIELDS]
    found = [_error(key, _unknown_message(key, index)) for index, key in enumerate(unknown)]
    found += [
        _error(key, message)
        for key, value in content.fields.items()
        if key in PLATFORM_FIELDS
        for message in _value_problems(key, value, content)
    ]
    return found + combination_problems(content)


def _unknown_message(key: str, index: int) -> str:
    near = []
    if len(key) <= MAX_NAME and index < MAX_GUESSES:
        near = get_close_matches(key, PLATFORM_FIELDS, n=3)
    return "is no platform field" + (f"; did you mean {' or '.join(near)}?" if near else "")


def _value_problems(key: str, value: str, content: PostContent) -> Iterator[str]:
    field = PLATFORM_FIELDS[key]
    if content.platforms and field.platform not in content.platforms:
        among = ", ".join(content.platforms)
        yield f"belongs to {field.platform}, which is none of the post's platforms ({among})"
        return
    if content.post_type not in field.post_types:
        kinds = " and ".join(field.post_types)
        yield f"goes with {kinds} posts, not with {content.post_type} posts"
        return
    problem = field.validator(value, content)
    if problem is not None:
        yield problem


def _error(key: str, message: str) -> FieldError:
    return FieldError(field=f"platformFields.{cut(key, MAX_NAME)}", message=message)
