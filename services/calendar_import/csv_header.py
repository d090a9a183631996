"""The header of a CSV calendar: the delimiter, and the meaning of each column."""

import csv
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from media.graphemes import cut
from services.calendar_import.rows import IGNORED_COLUMNS, BadFile

COLUMNS = (
    "key", "postType", "caption", "platforms", "accountIds", "publishMode", "scheduledAt",
    "timezone", "videoUrl", "photoUrls", "documentUrl", "platformFields", "sourceVideoId",
    "sourcePlaylistId",
)  # fmt: skip
REQUIRED = ("postType", "caption")
# Spreadsheets write these, depending on the country; on a tie the first one wins.
DELIMITERS = (",", ";", "\t")
EMPTY_FILE = f"the file is empty; its first line must name columns: {','.join(COLUMNS)}"


def peek_first_line(lines: Iterable[str]) -> tuple[str, Iterator[str]]:
    """The first line that is not blank (empty where all are), and an iterator over all lines."""
    rest = iter(lines)
    begin: list[str] = []
    try:
        for line in rest:
            begin.append(line)
            if line.strip():
                break
    except UnicodeDecodeError:
        raise BadFile("line 1: the file must be UTF-8 text") from None
    return (begin[-1] if begin else ""), itertools.chain(begin, rest)


def detect_delimiter(line: str) -> str:
    """The delimiter of a header: the one that gives the most cells."""
    return max(DELIMITERS, key=lambda each: _count_cells(line, each))


def _count_cells(line: str, separator: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=separator), []))
    except csv.Error:
        return 0


def map_columns(titles: Sequence[str], names: Mapping[str, str]) -> list[str | None]:
    """Our name of each column; None for a column that is ignored.

    `names` maps titles of the file to our names. BadFile lists everything that is wrong.
    """
    own = [title.strip() for title in titles]
    columns = [_map_column(title, names) for title in own]
    given = [name for name in columns if name is not None]
    problems = [f"{name!r} is missing" for name in REQUIRED if name not in given]
    problems += [
        f"{cut(name, 100)!r} is no column of a calendar" for name in given if name not in COLUMNS
    ]
    problems += [f"{cut(name, 100)!r} is there twice" for name in sorted(_duplicates(given))]
    problems += [
        f"there is no {cut(name, 100)!r} to be mapped" for name in names if name not in own
    ]
    if problems:
        raise BadFile(f"header: {'; '.join(problems)}. The columns are: {', '.join(COLUMNS)}")
    return columns


def _map_column(title: str, names: Mapping[str, str]) -> str | None:
    if title in names:
        return names[title] or None
    return None if title in IGNORED_COLUMNS else title


def _duplicates(names: Sequence[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}
