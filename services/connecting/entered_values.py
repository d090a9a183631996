"""Checks what a person entered against the fields of a form. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from unicodedata import category
from urllib.parse import urlsplit

from provider.connect_form import ConnectField
from services.errors import FieldError, ValidationFailed

MAX_LENGTH: Final = 2_000
# Control characters, and halves of surrogate pairs.
REFUSED_CATEGORIES: Final = ("Cc", "Cs")


def check_values(fields: Sequence[ConnectField], values: Mapping[str, str]) -> dict[str, str]:
    """The values of the form, without spaces around them and without empty ones. ValidationFailed
    names each field that is wrong, and never shows a value."""
    problems = [*_unknown_names(fields, values)]
    entered = {field.name: values.get(field.name, "").strip() for field in fields}
    for field in fields:
        problem = _find_problem(field, entered[field.name])
        if problem is not None:
            problems.append(FieldError(field=field_path(field.name), message=problem))
    if problems:
        raise ValidationFailed(*problems)
    return {name: text for name, text in entered.items() if text}


def field_path(name: str) -> str:
    """What the API calls a field of the form."""
    return f"credentials.{name}"


def _unknown_names(
    fields: Sequence[ConnectField], values: Mapping[str, str]
) -> Iterator[FieldError]:
    known = [field.name for field in fields]
    if not set(values) <= set(known):
        # The name is not shown: it may be a password in the wrong place.
        yield FieldError(field="credentials", message=f"can have only {', '.join(known)}")


def _find_problem(field: ConnectField, text: str) -> str | None:
    if not text:
        return "is required" if field.is_required else None
    if len(text) > MAX_LENGTH:
        return f"must have at most {MAX_LENGTH} characters"
    if any(category(character) in REFUSED_CATEGORIES for character in text):
        return "must be one line without control characters"
    return None


def is_web_address(text: str, *, allow_http: bool) -> bool:
    """Whether a browser may be sent there: an absolute https:// address without a user name. A
    server that somebody typed has chosen it."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    is_plain = text.isprintable() and " " not in text and "\\" not in text
    schemes = ("https", "http") if allow_http else ("https",)
    return parts.scheme in schemes and bool(parts.hostname) and "@" not in parts.netloc and is_plain
