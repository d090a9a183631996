"""Reading JSON Lines calendars: each line is the body of a publish request, with `key`."""

from collections.abc import Iterable, Iterator
from typing import Any

from services import strict_json
from services.calendar_import.rows import (
    IGNORED_COLUMNS,
    LINK_COLUMNS,
    BadCell,
    BadFile,
    ReadOptions,
    Row,
    build_row,
    resolve_link,
)
from services.errors import FieldError, ValidationFailed


def read(lines: Iterable[str], options: ReadOptions) -> Iterator[Row]:
    """The rows; blank lines are skipped. Raises BadFile, perhaps after some rows, where the file is
    not UTF-8."""
    for number, line in iter_records(lines):
        row = _build_row(number, line, options)
        row.source = line.rstrip("\r\n")
        yield row


def iter_records(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers."""
    number = 0
    try:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield number, line
    except UnicodeDecodeError:
        raise BadFile(f"line {number + 1}: the file must be UTF-8 text") from None


def _build_row(number: int, line: str, options: ReadOptions) -> Row:
    try:
        written = _map_fields(_parse_line(line), options)
        key = _parse_key(written.pop("key", None) or "")
        return build_row(number, key.strip(), _resolve_links(written, options.media_base), written)
    except ValidationFailed as error:
        return Row(number, "", problems=[_as_row_problem(each) for each in error.details])
    except BadCell as error:
        return Row(number, "", problems=[FieldError(field=error.field, message=str(error))])


def _parse_line(line: str) -> dict[str, Any]:
    found: dict[str, Any] | None = strict_json.parse_object(line.encode())
    if found is None:
        raise BadCell("row", "must be a JSON object")
    return found


def _map_fields(fields: dict[str, Any], options: ReadOptions) -> dict[str, Any]:
    """The fields by our names, without the ignored ones."""
    found: dict[str, Any] = {}
    for title, value in fields.items():
        name = options.names.get(title, "" if title in IGNORED_COLUMNS else title)
        if name in found:
            raise BadCell(name, f"is there twice: {title!r} is mapped to it")
        if name:
            found[name] = value
    return found


def _parse_key(key: object) -> str:
    if not isinstance(key, str):
        raise BadCell("key", "must be a text")
    return key


def _as_row_problem(problem: FieldError) -> FieldError:
    name = "row" if problem["field"] == "body" else problem["field"]
    return FieldError(field=name, message=problem["message"])


def _resolve_links(written: dict[str, Any], media_base: str | None) -> dict[str, Any]:
    """The values with relative links joined to the base. Values of a wrong type stay as they are:
    the validation of the body names them."""
    values = dict(written)
    for name in LINK_COLUMNS:
        if isinstance(values.get(name), str):
            values[name] = resolve_link(name, values[name], media_base)
    photos = values.get("photoUrls")
    if isinstance(photos, list):
        values["photoUrls"] = [
            resolve_link("photoUrls", each, media_base) if isinstance(each, str) else each
            for each in photos
        ]
    return values
