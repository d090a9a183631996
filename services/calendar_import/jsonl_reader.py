"""Reading JSON Lines calendars: each line is the body of a publish request, with `key`."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from services import strict_json
from services.calendar_import import aliases, sheet_dates, thread_cells
from services.calendar_import.csv_header import TIME_COLUMN
from services.calendar_import.rows import (
    IGNORED_COLUMNS,
    LINK_COLUMNS,
    BadCell,
    ReadOptions,
    Row,
    build_row,
    resolve_link,
)
from services.errors import FieldError, ValidationFailed
from services.inputs.labels import split_labels

# Fields whose words people write in many ways.
WORDS: Final[dict[str, Callable[[str], object]]] = {
    "labels": split_labels,
    "postType": aliases.post_type,
    "publishMode": aliases.publish_mode,
}


def read(lines: Iterable[str], options: ReadOptions) -> Iterator[Row]:
    """The rows; blank lines are skipped."""
    for number, line in iter_records(lines):
        row = _build_row(number, line, options)
        row.source = line.rstrip("\r\n")
        yield row


def iter_records(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, line


def _build_row(number: int, line: str, options: ReadOptions) -> Row:
    try:
        written = _map_fields(_parse_line(line), options)
        key = written.pop("key", None) or ""
        values, problems = _parse_values(written, options)
        if not isinstance(key, str):
            problems.append(FieldError(field="key", message=f'must be a text, such as "{key}"'))
            key = ""
        return build_row(number, key.strip(), values, written, problems)
    except ValidationFailed as error:
        return Row(number, "", problems=[_as_row_problem(each) for each in error.details])
    except BadCell as error:
        return Row(number, "", problems=[error.problem])


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


def _as_row_problem(problem: FieldError) -> FieldError:
    name = "row" if problem["field"] == "body" else problem["field"]
    return FieldError(field=name, message=problem["message"])


def _parse_values(
    written: dict[str, Any], options: ReadOptions
) -> tuple[dict[str, Any], list[FieldError]]:
    """The values by our own names, dates as ISO 8601, and relative links joined to the base; and
    what cannot be read. Values of a wrong type stay: the validation of the body names them."""
    values: dict[str, Any] = {}
    problems: list[FieldError] = []
    for name, value in written.items():
        if name == TIME_COLUMN and isinstance(written.get("scheduledAt"), str):
            continue
        try:
            values[name] = _parse_value(name, value, written, options)
        except BadCell as error:
            problems.append(error.problem)
    own = values.get("labels") or []
    if options.label and isinstance(own, list):  # anything else is named as wrong
        values["labels"] = [*own, options.label]
    return values, problems


def _parse_value(
    name: str,
    value: Any,  # noqa: ANN401  (JSON)
    written: dict[str, Any],
    options: ReadOptions,
) -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return _parse_list(name, value, options)
    if not isinstance(value, str):
        return value
    clock = written.get(TIME_COLUMN) or ""
    if name == "scheduledAt" and (value or clock):
        return sheet_dates.read_schedule(value, str(clock), options.date_order)
    if name in LINK_COLUMNS:
        return resolve_link(name, value, options.media_base)
    return WORDS[name](value) if name in WORDS else value


def _parse_list(name: str, values: list[Any], options: ReadOptions) -> object:
    if name == "thread":
        return thread_cells.resolve_links(values, options.media_base)
    if not all(isinstance(each, str) for each in values):
        return values
    if name == "photoUrls":
        return [resolve_link(name, each, options.media_base) for each in values]
    if name == "platforms":
        return [found for each in values for found in aliases.networks(each) or [each]]
    return values
