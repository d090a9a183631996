"""Calendars as JSON Lines: each line the body of a publish request, and `key` besides."""

from collections.abc import Iterable, Iterator
from typing import Any

from api.errors import FieldError, Invalid
from api.front import strict_json
from api.importing.rows import IGNORED, LINKS, BadCell, BadFile, Reading, Row, absolute, made


def read(lines: Iterable[str], how: Reading) -> Iterator[Row]:
    """The rows; blank lines are none. BadFile, perhaps after some, where it is not UTF-8."""
    for number, line in records(lines):
        row = _row(number, line, how)
        row.source = line.rstrip("\r\n")
        yield row


def records(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The lines that are rows, with their numbers."""
    number = 0
    try:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield number, line
    except UnicodeDecodeError:
        raise BadFile(f"line {number + 1}: the file must be UTF-8 text") from None


def _row(number: int, line: str, how: Reading) -> Row:
    try:
        written = _named(_object(line), how)
        key = _text(written.pop("key", None) or "")
        return made(number, key.strip(), _joined(written, how.media_base), written)
    except Invalid as error:
        return Row(number, "", problems=[_of_row(each) for each in error.details])
    except BadCell as error:
        return Row(number, "", problems=[FieldError(field=error.field, message=str(error))])


def _object(line: str) -> dict[str, Any]:
    found: dict[str, Any] | None = strict_json.parsed(line.encode())
    if found is None:
        raise BadCell("row", "must be a JSON object")
    return found


def _named(fields: dict[str, Any], how: Reading) -> dict[str, Any]:
    """The fields by our names, without those that are passed over."""
    found: dict[str, Any] = {}
    for title, value in fields.items():
        name = how.names.get(title, "" if title in IGNORED else title)
        if name in found:
            raise BadCell(name, f"is there twice: {title!r} is mapped to it")
        if name:
            found[name] = value
    return found


def _text(key: object) -> str:
    if not isinstance(key, str):
        raise BadCell("key", "must be a text")
    return key


def _of_row(problem: FieldError) -> FieldError:
    name = "row" if problem["field"] == "body" else problem["field"]
    return FieldError(field=name, message=problem["message"])


def _joined(written: dict[str, Any], media_base: str | None) -> dict[str, Any]:
    """The values with their links joined; what is no link is left for the checks to name."""
    values = dict(written)
    for name in LINKS:
        if isinstance(values.get(name), str):
            values[name] = absolute(name, values[name], media_base)
    photos = values.get("photoUrls")
    if isinstance(photos, list):
        values["photoUrls"] = [
            absolute("photoUrls", each, media_base) if isinstance(each, str) else each
            for each in photos
        ]
    return values
