"""The first line of a CSV calendar: what separates its cells, and what its columns mean."""

import csv
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from services.calendar_import.rows import IGNORED_COLUMNS, BadFile

COLUMNS = (
    "key", "postType", "caption", "platforms", "accountIds", "publishMode", "scheduledAt",
    "timezone", "videoUrl", "photoUrls", "documentUrl", "platformFields", "sourceVideoId",
    "sourcePlaylistId",
)  # fmt: skip
REQUIRED = ("postType", "caption")
# What spreadsheets write, by their country's habit; the first wins where nothing tells.
DELIMITERS = (",", ";", "\t")
EMPTY_FILE = f"the file is empty; its first line must name columns: {','.join(COLUMNS)}"


def peek_first_line(lines: Iterable[str]) -> tuple[str, Iterator[str]]:
    """The first line with text, empty where there is none; and all lines."""
    waiting = iter(lines)
    begin: list[str] = []
    try:
        for line in waiting:
            begin.append(line)
            if line.strip():
                break
    except UnicodeDecodeError:
        raise BadFile("line 1: the file must be UTF-8 text") from None
    return (begin[-1] if begin else ""), itertools.chain(begin, waiting)


def detect_delimiter(line: str) -> str:
    """What separates the cells of a header: that which makes most of them."""
    return max(DELIMITERS, key=lambda each: _count_cells(line, each))


def _count_cells(line: str, separator: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=separator), []))
    except csv.Error:
        return 0


def map_columns(titles: Sequence[str], names: Mapping[str, str]) -> list[str | None]:
    """What each column is to us; None for one that is passed over. BadFile names all that is
    wrong with a header."""
    own = [title.strip() for title in titles]
    found = [_map_column(title, names) for title in own]
    given = [name for name in found if name is not None]
    what = [f"{name!r} is missing" for name in REQUIRED if name not in given]
    what += [f"{name[:100]!r} is no column of a calendar" for name in given if name not in COLUMNS]
    what += [f"{name[:100]!r} is there twice" for name in sorted(_duplicates(given))]
    what += [f"there is no {name[:100]!r} to be mapped" for name in names if name not in own]
    if what:
        raise BadFile(f"header: {'; '.join(what)}. The columns are: {', '.join(COLUMNS)}")
    return found


def _map_column(title: str, names: Mapping[str, str]) -> str | None:
    if title in names:
        return names[title] or None
    return None if title in IGNORED_COLUMNS else title


def _duplicates(names: Sequence[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}
