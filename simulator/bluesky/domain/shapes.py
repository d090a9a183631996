"""Checks of single values, each with its path (`$.record.text`) in the error."""

from typing import Any

import regex

from simulator.bluesky.domain.cids import is_cid


class WrongShape(Exception):
    """A value is not what its lexicon says; the message names its path."""


def required(value: dict[str, Any], key: str, path: str) -> Any:  # noqa: ANN401
    """The value of a key that must be there."""
    if key not in value:
        raise WrongShape(f'Missing required key "{key}" at {path}')
    return value[key]


def an_object(value: object, path: str) -> dict[str, Any]:
    """An object."""
    if not isinstance(value, dict):
        raise WrongShape(f"Expected object value type at {path}")
    return value


def a_list(value: object, path: str, most: int | None = None) -> list[Any]:
    """A list of at most so many items."""
    if not isinstance(value, list):
        raise WrongShape(f"Expected array value type at {path}")
    if most is not None and len(value) > most:
        raise WrongShape(f"array too big (maximum {most}, got {len(value)}) at {path}")
    return value


def a_text(
    value: object, path: str, *, graphemes: int | None = None, size: int | None = None
) -> str:
    """A text of at most so many graphemes and so many bytes of UTF-8."""
    if not isinstance(value, str):
        raise WrongShape(f"Expected string value type at {path}")
    length = len(value.encode())
    if size is not None and length > size:
        raise WrongShape(f"string too big (maximum {size}, got {length}) at {path}")
    count = len(regex.findall(r"\X", value))
    if graphemes is not None and count > graphemes:
        raise WrongShape(f"grapheme too big (maximum {graphemes}, got {count}) at {path}")
    return value


def an_integer(value: object, path: str, least: int) -> int:
    """A whole number of at least so much."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise WrongShape(f"Expected integer value type at {path}")
    if value < least:
        raise WrongShape(f"integer too small (minimum {least}, got {value}) at {path}")
    return value


def a_blob(value: object, path: str, kind: str, most: int) -> None:
    """A reference to a blob whose type begins with `kind`, of at most so many bytes."""
    blob = an_object(value, path)
    ref, size = blob.get("ref"), blob.get("size")
    if blob.get("$type") != "blob" or not isinstance(ref, dict) or not is_cid(ref.get("$link")):
        raise WrongShape(f"Expected blob value type at {path}")
    mime_type = a_text(required(blob, "mimeType", path), f"{path}.mimeType")
    if not mime_type.startswith(kind):
        raise WrongShape(f'Expected "{kind}*" (got "{mime_type}") at {path}.mimeType')
    if an_integer(size, f"{path}.size", 0) > most:
        raise WrongShape(f"blob too big (maximum {most}, got {size}) at {path}")


def a_strong_ref(value: object, path: str) -> None:
    """An address and a CID of a record; whether there is such a record is not checked."""
    ref = an_object(value, path)
    uri = a_text(required(ref, "uri", path), f"{path}.uri")
    if not uri.startswith("at://"):
        raise WrongShape(f'Invalid AT-URI (got "{uri}") at {path}.uri')
    if not is_cid(required(ref, "cid", path)):
        raise WrongShape(f'Invalid CID string (got "{ref["cid"]}") at {path}.cid')
