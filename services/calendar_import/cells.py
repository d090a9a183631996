"""The cells of a row as the values of a publish request, with every problem of them."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from media.graphemes import cut
from media.urls import INVISIBLE
from services.calendar_import import aliases, cell_lists, sheet_dates, thread_cells
from services.calendar_import.csv_header import TIME_COLUMN
from services.calendar_import.csv_injection import unescape_formula
from services.calendar_import.rows import LINK_COLUMNS, BadCell, ReadOptions, resolve_link
from services.calendar_import.version_columns import CAPTION_COLUMNS, is_caption, move_captions
from services.errors import FieldError
from services.inputs.labels import split_labels

# What stands for the value of a cell of a workbook that has none, or no longer the right one.
UNCALCULATED, ROUNDED, FORMATTED = "#UNCALCULATED!", "#ROUNDED!", "#FORMATTED!"
# What stands in a cell that is merged with one above.
MERGED = "#MERGED!"
_IN_FORMULA = "mend the formula in the spreadsheet"
_AS_TEXT = "format the cell as text, and write it again"
# What a spreadsheet writes where a formula has no value, and how to mend it.
SHEET_ERRORS = {
    **dict.fromkeys(
        ("#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"),
        _IN_FORMULA,
    ),
    UNCALCULATED: "its formula was never calculated: save the file in a spreadsheet program",
    FORMATTED: f"the spreadsheet shows the number in another form: {_AS_TEXT}",
    MERGED: "it is merged with one above: unmerge the cells, and fill in each row",
    ROUNDED: f"a spreadsheet keeps 15 digits of a number: {_AS_TEXT}",
}
# What people read as it is.
TEXT_COLUMNS = ("caption", "altTexts", "thread", *CAPTION_COLUMNS)
JSON_EXAMPLES = {
    "platformFields": '{"youtubeTitle": "…"}',
    "versions": '{"x": {"caption": "…"}}',
}
ID_COLUMNS = ("key", "sourceVideoId", "sourcePlaylistId")
# As a spreadsheet shows a long number: 1.23457E+15.
_INVISIBLE_ENDS = re.compile(rf"\A[{INVISIBLE}]+|[{INVISIBLE}]+\Z")
_SHORTENED = re.compile(r"[0-9]([.,][0-9]+)?E\+[0-9]{2}")


class ShownValue(str):
    """The text of a workbook's date, time or truth value: a person sees it in another form."""

    __slots__ = ()


def parse_cells(
    cells: Mapping[str, str], options: ReadOptions
) -> tuple[dict[str, Any], list[FieldError]]:
    """The values by our names, and the problems of the cells that cannot be read."""
    values: dict[str, Any] = {}
    problems: list[FieldError] = []
    written = {name: unescape_formula(strip_invisible(name, text)) for name, text in cells.items()}
    for name, text in written.items():
        if name == TIME_COLUMN or (not text.strip() and name != "caption"):
            continue
        try:
            values[name] = _parse_cell(name, text, written, options)
        except BadCell as error:
            problems.append(error.problem)
    if written.get(TIME_COLUMN, "").strip() and not written.get("scheduledAt", "").strip():
        problems += _problems_of(lambda: _parse_schedule("", written, options))
    problems += move_captions(values)
    if "postType" not in written:
        values["postType"] = _type_of_files(written)
    if options.label:
        values["labels"] = [*values.get("labels", ()), options.label]
    is_timed = any(each.strip() for name, each in written.items() if name == "scheduledAt")
    values.setdefault("publishMode", "schedule" if is_timed else "next_slot")
    return values, problems


def _type_of_files(cells: Mapping[str, str]) -> str:
    """The type of a post that has these files."""
    columns = {"video": "videoUrl", "document": "documentUrl", "photo": "photoUrls"}
    found = (each for each, column in columns.items() if cells.get(column, "").strip())
    return next(found, "text")


def strip_invisible(name: str, text: str) -> str:
    """A cell without invisible characters at its ends, with which it would be another name. Texts
    keep them."""
    return text if name in TEXT_COLUMNS else _INVISIBLE_ENDS.sub("", text)


def _problems_of(parse: Callable[[], object]) -> list[FieldError]:
    try:
        parse()
    except BadCell as error:
        return [error.problem]
    return []


def _parse_cell(name: str, text: str, cells: Mapping[str, str], options: ReadOptions) -> Any:  # noqa: ANN401  (JSON)
    _check_value(name, text)
    if name in ID_COLUMNS and _SHORTENED.fullmatch(text.strip()):
        raise BadCell(
            name, f"{text.strip()!r} is a number that a spreadsheet shortened; {_AS_TEXT}"
        )
    if name in TEXT_COLUMNS and isinstance(text, ShownValue):
        raise BadCell(name, f"the spreadsheet may show {text} in another form: {_AS_TEXT}")
    if is_caption(name):
        return text
    if name in JSON_EXAMPLES:
        return _parse_json(name, text)
    if name in PARSERS_OF_LINKS:
        return PARSERS_OF_LINKS[name](text, options.media_base)
    if name == "scheduledAt":
        return _parse_schedule(text, cells, options)
    if name in LINK_COLUMNS:
        return resolve_link(name, cell_lists.single_link(name, text), options.media_base)
    return PARSERS.get(name, str.strip)(text)


def _parse_schedule(text: str, cells: Mapping[str, str], options: ReadOptions) -> str:
    clock = cells.get(TIME_COLUMN, "")
    _check_value(TIME_COLUMN, clock)
    return sheet_dates.read_schedule(text, clock, options.date_order)


def _check_value(name: str, text: str) -> None:
    error = text.strip()
    if error in SHEET_ERRORS:
        raise BadCell(name, f"holds {error}; {SHEET_ERRORS[error]}")


PARSERS: dict[str, Callable[[str], Any]] = {
    "postType": lambda text: aliases.post_type(text.strip()),
    "publishMode": lambda text: aliases.publish_mode(text.strip()),
    "platforms": aliases.networks,
    "accountIds": cell_lists.split_accounts,
    "altTexts": lambda text: cell_lists.split_texts("altTexts", text),
    "labels": split_labels,
}


def _parse_photos(text: str, base: str | None) -> list[str]:
    links = cell_lists.split_links("photoUrls", text)
    return [resolve_link("photoUrls", each, base) for each in links]


def _parse_thread(text: str, base: str | None) -> object:
    return thread_cells.resolve_links(thread_cells.split_thread(text), base)


PARSERS_OF_LINKS: dict[str, Callable[[str, str | None], object]] = {
    "photoUrls": _parse_photos,
    "thread": _parse_thread,
}


def _parse_json(name: str, text: str) -> Any:  # noqa: ANN401  (JSON)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"must be a JSON object such as {JSON_EXAMPLES[name]}: {cut(str(error), 200)}"
        raise BadCell(name, message) from None
