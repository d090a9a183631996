"""JSON as we take it: UTF-8, each name once, finite numbers, text that a database can keep."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from api.errors import wrong

# Python reads numbers in quadratic time, and refuses those of more than 4300 digits.
MAX_DIGITS = 100
# Only such an escape can put NUL or half of a surrogate pair into a text that was valid UTF-8.
_DOUBTFUL = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")


class _Refused(ValueError):
    """A number or an object that we do not take."""


def parsed(raw: bytes) -> Any:  # noqa: ANN401
    """The value: an object, or None for an empty body or null. Invalid says what is wrong."""
    if not raw.strip():
        return None
    try:
        value = _DECODER.decode(raw.decode())
        fault = next(_faults(value, ""), None) if _DOUBTFUL.search(raw) else None
    except UnicodeDecodeError:
        raise wrong("body", "is not valid UTF-8") from None
    except RecursionError:
        raise wrong("body", "is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise wrong("body", f"is not valid JSON: {error}") from None
    except _Refused as error:
        raise wrong("body", str(error)) from None
    if fault is not None:
        raise wrong(*fault)
    if value is not None and not isinstance(value, dict):
        raise wrong("body", "must be a JSON object")
    return value


def text_fault(text: str) -> str | None:
    """Why a text cannot be kept; None where it can."""
    if "\x00" in text:
        return "must not contain the character NUL"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "must be valid Unicode; it has half of a surrogate pair"
    return None


def _faults(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Field and sentence of every text that cannot be kept."""
    if isinstance(value, str):
        found = text_fault(value)
        if found is not None:
            yield path or "body", found
    elif isinstance(value, dict):
        for name, each in value.items():
            found = text_fault(name)
            if found is not None:
                yield path or "body", f"has a name that {found}"
            yield from _faults(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _faults(each, f"{path}[{number}]")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise _Refused(f"has the field {twice[:100]!a} twice")
    return found


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise _Refused(f"has a number of more than {MAX_DIGITS} digits")
    return int(text)


def _number(text: str) -> float:
    found = float(text)
    if not math.isfinite(found):
        raise _Refused(f"has a number that is too large: {text[:40]}")
    return found


def _constant(name: str) -> float:
    raise _Refused(f"is not valid JSON: {name} is no number of it")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_integer,
    parse_float=_number,
    parse_constant=_constant,
)
