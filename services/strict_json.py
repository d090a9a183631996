"""A strict JSON parser: UTF-8, each name once, finite numbers, text that a database can store."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from services.errors import invalid_field

# Python parses integers in quadratic time, and refuses more than 4300 digits.
MAX_DIGITS = 100
# Each field that a request does not have is a problem in the answer. No object of ours has as many.
MAX_FIELDS = 200
# Of all objects together: 2,000 rules, 1,000 blackouts and the other settings have fewer.
MAX_FIELDS_IN_ALL = 20_000
# In valid UTF-8, only these escapes can produce NUL or an unpaired surrogate.
_SUSPICIOUS_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


class _NotAccepted(ValueError):
    """A number or an object that is valid JSON, but not accepted here."""


def parse_object(raw: bytes) -> Any:  # noqa: ANN401
    """The JSON object; None for an empty body or `null`. ValidationFailed says what is wrong."""
    if not raw.strip():
        return None
    try:
        value = _decode(raw.decode())
        problem = next(_text_problems(value, ""), None) if _SUSPICIOUS_ESCAPE.search(raw) else None
    except UnicodeDecodeError:
        raise invalid_field("body", "is not valid UTF-8") from None
    except RecursionError:
        raise invalid_field("body", "is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise invalid_field("body", f"is not valid JSON: {error}") from None
    except _NotAccepted as error:
        raise invalid_field("body", str(error)) from None
    if problem is not None:
        raise invalid_field(*problem)
    if value is not None and not isinstance(value, dict):
        raise invalid_field("body", "must be a JSON object")
    return value


def text_problem(text: str) -> str | None:
    """Why the database cannot store a text; None where it can."""
    if "\x00" in text:
        return "must not contain the character NUL"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "must be valid Unicode; it has half of a surrogate pair"
    return None


def _text_problems(value: object, path: str) -> Iterator[tuple[str, str]]:
    """The field and the problem of every text that cannot be stored."""
    if isinstance(value, str):
        found = text_problem(value)
        if found is not None:
            yield path or "body", found
    elif isinstance(value, dict):
        for name, each in value.items():
            found = text_problem(name)
            if found is not None:
                yield path or "body", f"has a name that {found}"
            yield from _text_problems(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _text_problems(each, f"{path}[{number}]")


class _FieldParser:
    """Makes the objects of one body, and counts their fields."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """An object; each name is there once."""
        self._count += len(pairs)
        if len(pairs) > MAX_FIELDS:
            raise _NotAccepted(f"has an object of {len(pairs)} fields; at most {MAX_FIELDS}")
        if self._count > MAX_FIELDS_IN_ALL:
            raise _NotAccepted(f"has more than {MAX_FIELDS_IN_ALL} fields in all its objects")
        found = dict(pairs)
        if len(found) != len(pairs):
            twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
            raise _NotAccepted(f"has the field {twice[:100]!a} twice")
        return found


def _parse_integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise _NotAccepted(f"has a number of more than {MAX_DIGITS} digits")
    return int(text)


def _parse_finite(text: str) -> float:
    found = float(text)
    if not math.isfinite(found):
        raise _NotAccepted(f"has a number that is too large: {text[:40]}")
    return found


def _reject_constant(name: str) -> float:
    raise _NotAccepted(f"is not valid JSON: {name} is no number of it")


def _decode(text: str) -> Any:  # noqa: ANN401
    decoder = json.JSONDecoder(
        object_pairs_hook=_FieldParser(),
        parse_int=_parse_integer,
        parse_float=_parse_finite,
        parse_constant=_reject_constant,
    )
    return decoder.decode(text)
