"""Validators of platform field values. Pure.

A validator is a function of the value and the post's content. It returns None for a valid value,
else a sentence that follows the field's name and says what would be right. Sentences quote values
with `repr`, so that they contain no character that cannot be encoded.
"""

import json
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Final

from media.graphemes import cut
from media.urls import url_problem
from services.post_validation.content import PostContent
from services.post_validation.text_length import CountFunction, count_code_points

Validator = Callable[[str, PostContent], str | None]
MAX_QUOTED: Final = 40


def quote(value: object) -> str:
    """A value for a sentence, cut off where it is long."""
    text = repr(value)
    return text if len(text) <= MAX_QUOTED else f"{cut(text, MAX_QUOTED)}…"


def one_of(*choices: str, any_case: bool = False) -> Validator:
    """One of these words."""
    listed = " or ".join(f'"{choice}"' for choice in choices)

    def check(value: str, _content: PostContent) -> str | None:
        is_right = (value.lower() if any_case else value) in choices
        return None if is_right else f"must be {listed}, not {quote(value)}"

    return check


boolean: Final = one_of("true", "false")


def whole_number(least: int, most: int | None = None) -> Validator:
    """A whole number in decimal digits."""
    bounds = f"from {least} to {most}" if most is not None else f"of at least {least}"

    def check(value: str, _content: PostContent) -> str | None:
        # The length is checked first: parsing thousands of digits is slow.
        is_number = re.fullmatch(r"[0-9]{1,15}", value) is not None
        if is_number and least <= int(value) and (most is None or int(value) <= most):
            return None
        return f"must be a whole number {bounds}, not {quote(value)}"

    return check


def matching(pattern: str, example: str) -> Validator:
    """A value that matches the pattern; the error shows `example`."""

    def check(value: str, _content: PostContent) -> str | None:
        is_right = re.fullmatch(pattern, value) is not None
        return None if is_right else f"must look like {example}, not {quote(value)}"

    return check


def text(
    most: int | None = None, *, count: CountFunction = count_code_points, forbidden: str = ""
) -> Validator:
    """A text that is not empty: at most `most` as `count` counts, without `forbidden`."""

    def check(value: str, _content: PostContent) -> str | None:
        if not value.strip():
            return "must not be empty; leave the field out instead"
        if most is not None and (length := count(value)) > most:
            return f"must have at most {most} characters, not {length}"
        if any(char in value for char in forbidden):
            return f"must not hold {' or '.join(forbidden)}"
        return None

    return check


def link(value: str, content: PostContent) -> str | None:
    """A link to a file; the rules are those of media links."""
    return url_problem(value, allow_private=content.allow_private)


def photo_index(value: str, content: PostContent) -> str | None:
    """The index of one of the post's photos; the first is 0."""
    return whole_number(0, max(content.photos - 1, 0))(value, content)


def list_of(least: int, most: int, item: Validator, what: str) -> Validator:
    """A list: separated by commas, or a JSON array of strings, whose items may contain commas."""

    def check(value: str, content: PostContent) -> str | None:
        items = parse_items(value)
        if items is None:
            return f"must be {what}, separated by commas or as a JSON array of strings"
        if not least <= len(items) <= most:
            return f"must be {least} to {most} {what}, not {len(items)}"
        for each in items:
            problem = item(each, content)
            if problem is not None:
                return f"{quote(each)} {problem}"
        return None

    return check


def parse_items(value: str) -> list[str] | None:
    """The items of a list; None where the value is no list."""
    if not value.strip().startswith("["):
        return [each.strip() for each in value.split(",")]
    items = parse_json(value)
    if isinstance(items, list) and all(isinstance(each, str) for each in items):
        return [each.strip() for each in items]
    return None


def parse_json(value: str) -> object:
    """The parsed JSON; None where it is not valid."""
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def country(value: str, _content: PostContent) -> str | None:
    """A country code of two capital letters."""
    return (
        None if value in country_codes() else "is no country code of ISO 3166-1, such as PT or US"
    )


@cache
def country_codes() -> frozenset[str]:
    """The codes of ISO 3166-1 alpha-2, from the table in the package tzdata."""
    table = (files("tzdata.zoneinfo") / "iso3166.tab").read_text("utf-8")
    return frozenset(row.split("\t")[0] for row in table.splitlines() if row[:1] != "#")
