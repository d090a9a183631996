"""A row of a content calendar, in any format."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from media.urls import INVISIBLE
from services.calendar_import.partial_body import validate_body
from services.errors import FieldError
from services.inputs.post_bodies import PublishBody
from services.post_validation.thread_items import thread_files
from services.strict_json import text_problem

LINK_COLUMNS = ("videoUrl", "documentUrl")
# Extra columns in the file of refused rows. They are ignored, so that the corrected file can be
# imported.
IGNORED_COLUMNS = ("line", "error")
MAX_KEY = 200
_INVISIBLE = re.compile(f"[{INVISIBLE}]")


class BadFile(Exception):
    """The file is no calendar; the text says what a calendar looks like."""


class BadCell(Exception):
    """A cell that cannot be read; `field` names its column."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field

    @property
    def problem(self) -> FieldError:
        """The problem of the row."""
        return FieldError(field=self.field, message=str(self))


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read a file.

    `media_base`: relative links are joined to it. `names` maps titles of the file's columns to
    our names; an empty name ignores a column. `delimiter`: one character, detected where None.
    `date_order`: of day and month, where dates do not begin with the year. `encoding`: of a text
    without a byte-order mark. `sheet`: the sheet of a workbook. `label`: all posts get it, beside
    their own.
    """

    media_base: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    delimiter: str | None = None
    date_order: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    label: str | None = None


DEFAULT_OPTIONS = ReadOptions()


@dataclass(slots=True)
class Row:
    """A row of the calendar: the number of its first line, its key, and the publish request.

    With problems, `body` is what is right of the request, so that all of the row's problems can be
    named at once; None where nothing can be read. `source` is the original: the cells, or the line
    of JSON Lines. `content` is a hash of what the row says, its key aside.
    """

    line: int
    key: str
    body: PublishBody | None = None
    problems: list[FieldError] = field(default_factory=list)
    source: list[str] | str = ""
    content: str = ""
    has_own_key: bool = False
    # Nothing more is to be found out about its problems.
    is_fully_checked: bool = False

    @property
    def links(self) -> list[tuple[str, str]]:
        """Every media link, as (column, link)."""
        if self.body is None:
            return []
        single = [(name, getattr(self.body, name)) for name in LINK_COLUMNS]
        photos = [("photoUrls", link) for link in self.body.photoUrls or []]
        thread = [
            (files.field, link) for files in thread_files(self.body.thread) for link in files.links
        ]
        return [(name, link) for name, link in [*single, *photos, *thread] if link]


def build_row(
    line: int,
    key: str,
    values: Mapping[str, Any],
    written: Mapping[str, Any],
    problems: Sequence[FieldError] = (),
) -> Row:
    """The row of these values. Without a key, a hash of its content (`written`) is its key, so that
    importing the row again finds the same post. `problems`: of cells that could not be read."""
    content = _content_hash(written)
    row = Row(line, key or content, content=content, has_own_key=bool(key))
    row.problems = [*problems]
    problem = text_problem(key) or (
        f"has more than {MAX_KEY} characters" if len(key) > MAX_KEY else None
    )
    if problem is not None:
        row.key, row.has_own_key = "", False
        row.problems.append(FieldError(field="key", message=problem))
    row.body, more = validate_body(values, {each["field"] for each in problems})
    row.problems += more
    return row


def _content_hash(written: Mapping[str, Any]) -> str:
    text = json.dumps(written, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def resolve_link(name: str, link: str, media_base: str | None) -> str:
    """A link, joined to the base where there is one; BadCell where it cannot be parsed.

    Invisible characters, which come along when a link is copied, are no part of it.
    """
    if link.lstrip(f"{INVISIBLE} ").lower().startswith(("http:", "https:")):
        link = _INVISIBLE.sub("", link)
    try:
        return urljoin(media_base, link) if media_base and link.strip() else link
    except ValueError as error:
        raise BadCell(name, f"is not a link: {error}") from None
