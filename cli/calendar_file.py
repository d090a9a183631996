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
from api.schemas import PublishBody

LISTS = ("platforms", "photoUrls")
LINKS = ("videoUrl", "documentUrl")
COLUMNS = (
    "key", "postType", "caption", "platforms", "publishMode", "scheduledAt", "timezone",
    "videoUrl", "photoUrls", "documentUrl", "platformFields",
)  # fmt: skip
REQUIRED = ("postType", "caption")


class BadFile(Exception):
    """The file is no calendar at all; the text says what one looks like."""


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
    _check_header(reader.fieldnames)
    line = reader.line_num + 1
    try:
        for cells in reader:
            yield _row(line, cells, media_base)
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(f"line {line}: not valid CSV: {error}") from None
    except UnicodeDecodeError:
        raise BadFile(f"line {line}: the file must be UTF-8 text") from None


def _check_header(names: Any) -> None:  # noqa: ANN401  (csv's own type differs between versions)
    if not names:
        raise BadFile(f"the file is empty; its first line must name columns: {','.join(COLUMNS)}")
    missing = [name for name in REQUIRED if name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    if missing or unknown:
        what = [f"{name!r} is missing" for name in missing]
        what += [f"{name!r} is no column of a calendar" for name in unknown]
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
    except json.JSONDecodeError as error:
        message = f'must be a JSON object such as {{"youtubeTitle": "…"}}: {error.msg}'
        row.problems = [FieldError(field="platformFields", message=message)]
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
        return json.loads(text)
    if name in LISTS:
        parts = text.replace(",", " ").split() if name == "platforms" else text.split()
        return [_absolute(part, media_base) for part in parts] if name == "photoUrls" else parts
    return _absolute(text.strip(), media_base) if name in LINKS else text.strip()


def _absolute(link: str, media_base: str | None) -> str:
    return urljoin(media_base, link) if media_base else link
