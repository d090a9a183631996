"""The rows of a dry run as lines of a table: when each goes out, and what is wrong. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from models.statuses import PostStatus
from services.calendar_import.importer import RowResult
from services.errors import FieldError
from ui.imports.column_labels import place_label

PAGE_SIZE: Final = 100
# What can be shown: the name in the address, and its words.
FILTERS: Final = {
    "all": "All rows",
    "problems": "Problems",
    "approval": "Wait for approval",
    "known": "Imported before",
}


@dataclass(frozen=True, slots=True)
class RowLine:
    """A row. `status`: of its post; None where it is refused. `problems` and `warnings`: where, and
    what would be right. `note`: in what it differs from the post that it made before."""

    number: int
    caption: str
    kind: str
    platforms: Sequence[str]
    is_known: bool
    status: str | None
    at: str | None
    post_id: str | None
    problems: list[tuple[str, str]]
    warnings: list[tuple[str, str]]
    note: str | None


@dataclass(frozen=True, slots=True)
class RowTable:
    """One page of the rows that are shown, and how many there are of each kind."""

    lines: list[RowLine]
    counts: dict[str, int]
    shown: str
    page: int
    pages: int

    @property
    def new(self) -> int:
        """How many rows become posts."""
        return self.counts["all"] - self.counts["problems"] - self.counts["known"]


def build_table(
    results: Sequence[RowResult], names: Mapping[str, str], shown: str, page: int
) -> RowTable:
    """The table. `names`: our names by the titles of the file; `page` begins with 1."""
    titles = {name: title for title, name in names.items() if name}
    shown = shown if shown in FILTERS else "all"
    counts = {name: sum(_belongs(each, name) for each in results) for name in FILTERS}
    pages = max(1, -(-counts[shown] // PAGE_SIZE))
    page = min(max(page, 1), pages)
    wanted = [each for each in results if _belongs(each, shown)]
    some = wanted[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return RowTable([_line(each, titles) for each in some], counts, shown, page, pages)


def _belongs(result: RowResult, shown: str) -> bool:
    if shown == "all":
        return True
    if shown == "problems":
        return result.status == "refused"
    if shown == "known":
        return result.status == "known"
    status = result.post["status"] if result.post else None
    return result.status == "accepted" and status == PostStatus.PENDING_APPROVAL


def _line(result: RowResult, titles: Mapping[str, str]) -> RowLine:
    body, post = result.row.body, result.post or {}
    return RowLine(
        result.row.line,
        body.caption or "" if body else "",
        body.postType if body else "text",
        (body.platforms or ()) if body else (),
        result.status == "known",
        post.get("status"),
        post.get("scheduledFor"),
        post.get("id"),
        _in_words(result.errors, titles),
        _in_words(result.warnings, titles),
        result.note,
    )


def _in_words(problems: Sequence[FieldError], titles: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(place_label(each["field"], titles), each["message"]) for each in problems]
