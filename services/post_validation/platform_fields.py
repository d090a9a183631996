"""Checks a post's `platformFields` against the table of fields. Pure."""

from collections.abc import Iterator
from dataclasses import replace
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
# Before a key, in the `field` of an error.
FIELD_PREFIX: Final = "platformFields."


def field_problems(content: PostContent) -> list[FieldError]:
    """Every problem with the fields; `field` names the key.

    Fields of networks that the post does not go to are not checked: they are not sent, and
    `carried_fields.py` says so.
    """
    unknown = [key for key in content.fields if key not in PLATFORM_FIELDS]
    found = [field_error(key, _unknown_message(key, index)) for index, key in enumerate(unknown)]
    own = {key: value for key, value in content.fields.items() if _is_own(key, content)}
    found += [
        field_error(key, message)
        for key, value in own.items()
        for message in _value_problems(key, value, content)
    ]
    return found + combination_problems(replace(content, fields=own))


def _is_own(key: str, content: PostContent) -> bool:
    """Whether this is a field of one of the post's networks, or these are not known."""
    field = PLATFORM_FIELDS.get(key)
    is_known = content.platforms or content.others
    return field is not None and (not is_known or field.platform in content.platforms)


def _unknown_message(key: str, index: int) -> str:
    near = []
    if len(key) <= MAX_NAME and index < MAX_GUESSES:
        near = get_close_matches(key, PLATFORM_FIELDS, n=3)
    return "is no platform field" + (f"; did you mean {' or '.join(near)}?" if near else "")


def _value_problems(key: str, value: str, content: PostContent) -> Iterator[str]:
    field = PLATFORM_FIELDS[key]
    if content.post_type not in field.post_types:
        kinds = " and ".join(field.post_types)
        yield f"goes with {kinds} posts, not with {content.post_type} posts"
        return
    problem = field.validator(value, content)
    if problem is not None:
        yield problem


def field_error(key: str, message: str) -> FieldError:
    """An error, or a warning, about one key."""
    return FieldError(field=f"{FIELD_PREFIX}{cut(key, MAX_NAME)}", message=message)
