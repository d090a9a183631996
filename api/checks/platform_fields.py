"""Checking a post's `platformFields` against the table of fields (pure)."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from api.checks.combinations import combination_problems
from api.checks.content import Content
from api.checks.fields import FIELDS
from api.errors import FieldError

# Names that are looked for among those that exist: looking costs time.
LONGEST: Final = 64
MOST_GUESSES: Final = 10


def field_problems(content: Content) -> list[FieldError]:
    """Everything that is wrong with the fields, each problem with its key."""
    unknown = [key for key in content.fields if key not in FIELDS]
    found = [_error(key, _unknown(key, place)) for place, key in enumerate(unknown)]
    found += [
        _error(key, message)
        for key, value in content.fields.items()
        if key in FIELDS
        for message in _to_field(key, value, content)
    ]
    return found + combination_problems(content)


def _unknown(key: str, place: int) -> str:
    near = []
    if len(key) <= LONGEST and place < MOST_GUESSES:
        near = get_close_matches(key, FIELDS, n=3)
    return "is no platform field" + (f"; did you mean {' or '.join(near)}?" if near else "")


def _to_field(key: str, value: str, content: Content) -> Iterator[str]:
    field = FIELDS[key]
    if content.platforms and field.platform not in content.platforms:
        among = ", ".join(content.platforms)
        yield f"belongs to {field.platform}, which is none of the post's platforms ({among})"
        return
    if content.post_type not in field.post_types:
        kinds = " and ".join(field.post_types)
        yield f"goes with {kinds} posts, not with {content.post_type} posts"
        return
    problem = field.form(value, content)
    if problem is not None:
        yield problem


def _error(key: str, message: str) -> FieldError:
    return FieldError(field=f"platformFields.{key[:LONGEST]}", message=message)
