"""Reading a content calendar: CSV rows into publish requests, with errors that name the cell."""

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import urljoin

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.errors import FieldError, field_errors
from api.schemas.posts import PublishBody

LISTS = ("platforms", "photoUrls")
LINKS = ("videoUrl", "documentUrl")
COLUMNS = (
    "key", "postType", "caption", "platforms", "publishMode", "scheduledAt", "timezone",
    "videoUrl", "photoUrls", "documentUrl", "platformFields",
)  # fmt: skip
REQUIRED = ("postType", "caption")


class BadFile(Exception):
    """The file is no calendar at all; the text says what one looks like."""


class BadCell(Exception):
    """A cell that cannot be read; `field` names its column."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(slots=True)
class Row:
    """A row of the calendar: its line in the file, its key, and the request or what is wrong."""

    line: int
    key: str
    body: PublishBody | None = None
    problems: list[FieldError] = field(default_factory=list)

    @property
    def links(self) -> list[tuple[str, str]]:
        """(column, link) of every media link."""
        if self.body is None:
            return []
        single = [(name, getattr(self.body, name)) for name in LINKS]
        photos = [("photoUrls", link) for link in self.body.photoUrls or []]
        return [(name, link) for name, link in [*single, *photos] if link]


def read(file: IO[str], media_base: str | None) -> Iterator[Row]:
    """The rows of a CSV file with a header. Relative media links are joined to `media_base`."""
    reader = csv.DictReader(file, strict=True)
    line = 1
    try:
        _check_header(reader.fieldnames)
        line = reader.line_num + 1
        for cells in reader:
            yield _row(_first_line(reader.line_num, cells), cells, media_base)
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(f"line {line}: not valid CSV: {error}") from None
    except UnicodeDecodeError:
        raise BadFile(f"line {line}: the file must be UTF-8 text") from None


def _first_line(last: int, cells: dict[str | Any, Any]) -> int:
    """The line on which a row begins: its cells may hold line ends, blank lines may precede it."""
    texts = [
        each for cell in cells.values() for each in (cell if isinstance(cell, list) else [cell])
    ]
    breaks: int = sum(text.count("\n") for text in texts if text)
    return last - breaks


def _check_header(names: Any) -> None:  # noqa: ANN401  (csv's own type differs between versions)
    if not names:
        raise BadFile(f"the file is empty; its first line must name columns: {','.join(COLUMNS)}")
    missing = [name for name in REQUIRED if name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    twice = sorted({name for name in names if names.count(name) > 1})
    if missing or unknown or twice:
        what = [f"{name!r} is missing" for name in missing]
        what += [f"{name!r} is no column of a calendar" for name in unknown]
        what += [f"{name!r} is there twice" for name in twice]
        raise BadFile(f"header: {'; '.join(what)}. The columns are: {', '.join(COLUMNS)}")


def _row(line: int, cells: dict[str | Any, Any], media_base: str | None) -> Row:
    row = Row(line, (cells.get("key") or "").strip())
    if None in cells or None in cells.values():
        row.problems.append(FieldError(field="row", message="has not as many cells as the header"))
        return row
    row.key = row.key or _content_key(cells)
    try:
        row.body = PublishBody.model_validate(_values(cells, media_base))
    except ValidationError as error:
        row.problems = field_errors(RequestValidationError(error.errors()))
    except BadCell as error:
        row.problems = [FieldError(field=error.field, message=str(error))]
    return row


def _content_key(cells: dict[str, str]) -> str:
    """A row without a key is known by its content: imported again, it is the same post."""
    text = json.dumps({name: cells[name] for name in sorted(cells)}, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _values(cells: dict[str, str], media_base: str | None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, text in cells.items():
        if name == "key" or (not text.strip() and name != "caption"):
            continue
        values[name] = _value(name, text, media_base)
    values.setdefault("publishMode", "schedule" if "scheduledAt" in values else "next_slot")
    return values


def _value(name: str, text: str, media_base: str | None) -> Any:  # noqa: ANN401  (JSON)
    if name == "caption":
        return text
    if name == "platformFields":
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            message = f'must be a JSON object such as {{"youtubeTitle": "…"}}: {str(error)[:200]}'
            raise BadCell(name, message) from None
    if name in LISTS:
        parts = text.replace(",", " ").split() if name == "platforms" else text.split()
        return (
            [_absolute(name, part, media_base) for part in parts] if name == "photoUrls" else parts
        )
    return _absolute(name, text.strip(), media_base) if name in LINKS else text.strip()


def _absolute(name: str, link: str, media_base: str | None) -> str:
    try:
        return urljoin(media_base, link) if media_base else link
    except ValueError as error:
        raise BadCell(name, f"is not a link: {error}") from None
