"""How the file of an import is to be read, as its address says."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Query

from services.calendar_import import sheet_dates
from services.calendar_import.column_map import EXAMPLE, parse_column_map, parse_label
from services.calendar_import.rows import BadFile, ReadOptions
from services.errors import invalid_field
from services.inputs.field_types import Link

T = TypeVar("T")
Base = Annotated[
    Link | None, Query(alias="mediaBase", description="What relative links are joined to.")
]
DateFormat = Annotated[
    str | None,
    Query(
        alias="dateFormat",
        max_length=64,
        description="Of dates that do not begin with the year, such as DD.MM.YYYY or MM/DD/YYYY.",
    ),
]
Sheet = Annotated[
    str | None,
    Query(max_length=64, description="The sheet of a workbook that has several calendars."),
]
Columns = Annotated[
    str | None,
    Query(
        max_length=20_000,
        description="A JSON object: our columns by the titles of the file, where the titles do not "
        "say it. With no name a column is not read.",
        examples=[EXAMPLE],
    ),
]


Label = Annotated[
    str | None,
    Query(max_length=200, description="All posts get this label, beside their own."),
]


def read_options(
    media_base: Base = None,
    date_format: DateFormat = None,
    sheet: Sheet = None,
    columns: Columns = None,
    label: Label = None,
) -> ReadOptions:
    """The options of an import; ValidationFailed names the wrong one."""
    return ReadOptions(
        media_base,
        _read("columns", parse_column_map, columns) or {},
        date_order=_read("dateFormat", sheet_dates.parse_date_format, date_format),
        sheet=sheet,
        label=_read("label", parse_label, label),
    )


ReadOptionsDep = Annotated[ReadOptions, Depends(read_options)]


def _read(name: str, parse: Callable[[str], T], text: str | None) -> T | None:
    """The value of an option; the error names it."""
    try:
        return parse(text) if text else None
    except BadFile as error:
        raise invalid_field(name, str(error)) from None
