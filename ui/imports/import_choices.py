"""What a person has chosen for an import. It is in the address, so that a reload keeps it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from services.calendar_import.column_map import parse_label
from services.calendar_import.csv_header import INPUT_COLUMNS
from services.calendar_import.date_question import ORDERS
from services.calendar_import.rows import BadFile, ReadOptions
from services.errors import invalid_field

_COLUMN: Final = "c"
_MAX_TEXT: Final = 100


@dataclass(frozen=True, slots=True)
class ImportChoices:
    """The file, our names of its columns by their numbers, the order of day and month, and the
    sheet and the encoding where somebody chose one; and a label for all posts."""

    file: str
    columns: dict[int, str] = field(default_factory=dict)
    order: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    label: str | None = None

    @property
    def options(self) -> ReadOptions:
        """How to read the file, before its columns are known."""
        return ReadOptions(encoding=self.encoding, sheet=self.sheet, label=self.label)

    @property
    def fields(self) -> dict[str, str]:
        """The fields of a form, or of an address, that says the same."""
        given = {
            "file": self.file,
            "order": self.order,
            "sheet": self.sheet,
            "encoding": self.encoding,
            "label": self.label,
        }
        columns = {f"{_COLUMN}{number}": name for number, name in self.columns.items()}
        return {name: text for name, text in given.items() if text} | columns

    def query(self, **more: str | int) -> str:
        """The part of an address behind the question mark."""
        return urlencode({**self.fields, **more})


def read_choices(values: Mapping[str, str]) -> ImportChoices:
    """The choices in the fields of an address or a form; ValidationFailed names a wrong one."""
    columns = {
        int(number): name
        for field_name, name in values.items()
        if (number := field_name.removeprefix(_COLUMN)) != field_name
        and number.isascii()
        and number.isdigit()
        and len(number) < 4
    }
    wrong = next((number for number, name in columns.items() if not _is_column(name)), None)
    if wrong is not None:
        raise invalid_field(f"{_COLUMN}{wrong}", "is no column of a post")
    order = values.get("order") or None
    if order not in (None, *ORDERS):
        raise invalid_field("order", f"must be one of {', '.join(ORDERS)}")
    file, sheet, encoding = (
        (values.get(name) or "")[:_MAX_TEXT] for name in ("file", "sheet", "encoding")
    )
    label = _read_label(values)
    return ImportChoices(file, columns, order, sheet or None, encoding or None, label)


def _read_label(values: Mapping[str, str]) -> str | None:
    text = (values.get("label") or "").strip()
    try:
        return parse_label(text) if text else None
    except BadFile as error:
        raise invalid_field("label", str(error)) from None


def _is_column(name: str) -> bool:
    return not name or name in INPUT_COLUMNS
