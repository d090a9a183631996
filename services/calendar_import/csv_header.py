"""The header of a calendar: the delimiter, and the meaning of each column."""

import csv
import difflib
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from media.graphemes import cut
from services.calendar_import.aliases import column_name, fold
from services.calendar_import.rows import IGNORED_COLUMNS, BadFile
from services.calendar_import.version_columns import CAPTION_COLUMNS, caption_column

COLUMNS = (
    "key", "postType", "caption", "platforms", "accountIds", "publishMode", "scheduledAt",
    "timezone", "videoUrl", "photoUrls", "altTexts", "documentUrl", "thread", "platformFields",
    "title", "versions", "labels", "sourceVideoId", "sourcePlaylistId",
)  # fmt: skip
# A column that only imports know: the time of day of the date in `scheduledAt`.
TIME_COLUMN = "scheduledTime"
INPUT_COLUMNS = (*COLUMNS, TIME_COLUMN, *CAPTION_COLUMNS)
# As they are named to people: the last ones in one.
_SHOWN_COLUMNS = (*COLUMNS, TIME_COLUMN, "caption:NETWORK")
# What every row needs. Without a column of post types, each row's type is that of its files.
REQUIRED = ("postType", "caption")
REQUIRED_COLUMNS = ("caption",)
# Spreadsheets write these, depending on the country; on a tie the first one wins.
DELIMITERS = (",", ";", "\t", "|")
EMPTY_FILE = f"the file is empty; its first line must name columns: {','.join(COLUMNS)}"
_BY_FOLDED_NAME = {fold(name): name for name in (*INPUT_COLUMNS, *IGNORED_COLUMNS)}
# Excel's own first line, which says what separates cells, perhaps with empty cells behind it.
_SEPARATOR_LINE = re.compile(r'("?)sep=(.)\1\2*\s*', re.IGNORECASE)
# The rows in which a header is looked for that is not the first row.
_MAX_ROWS_ABOVE = 20


def peek_first_line(lines: Iterable[str]) -> tuple[str, Iterator[str]]:
    """The first line that is not blank (empty where all are), and an iterator over all lines."""
    rest = iter(lines)
    begin = _take_first(rest)
    return (begin[-1] if begin else ""), itertools.chain(begin, rest)


def peek_begin(lines: Iterable[str]) -> tuple[list[str], Iterator[str]]:
    """The lines up to the second one that is not blank, and an iterator over the others."""
    rest = iter(lines)
    return [*_take_first(rest), *_take_first(rest)], rest


def _take_first(lines: Iterator[str]) -> list[str]:
    """The next lines up to one that is not blank."""
    begin: list[str] = []
    for line in lines:
        begin.append(line)
        if line.strip():
            break
    return begin


def skip_separator_line(lines: Iterable[str]) -> tuple[int, str | None, Iterable[str]]:
    """How many lines were skipped, the delimiter that Excel's line `sep=` names, and the rest."""
    first, lines = peek_first_line(lines)
    found = _SEPARATOR_LINE.fullmatch(first)
    if found is None:
        return 0, None, lines
    skipped = 1 + sum(1 for _ in itertools.takewhile(lambda line: not line.strip(), lines))
    return skipped, found[2], lines


def detect_delimiter(line: str) -> str:
    """The delimiter of a header: the one that gives the most cells."""
    return max(DELIMITERS, key=lambda each: _count_cells(line, each))


def _count_cells(line: str, separator: str) -> int:
    try:
        return len(next(csv.reader([line], delimiter=separator), []))
    except csv.Error:
        return 0


def map_header(
    records: Iterator[tuple[int, list[str]]], names: Mapping[str, str]
) -> tuple[list[str], list[str | None]]:
    """The titles in the first record, and our names of them, as `map_columns` has them. BadFile
    says where the header is, if it is further down."""
    _, titles = next(records)
    try:
        return titles, map_columns(titles, names)
    except BadFile:
        for row, cells in itertools.islice(records, _MAX_ROWS_ABOVE):
            if is_header(cells, names):
                raise BadFile(
                    f"the header is in row {row}, but it must be the first row of the file; delete "
                    "the rows above it"
                ) from None
        raise


def is_header(cells: Sequence[str], names: Mapping[str, str]) -> bool:
    """Whether these cells are the titles of a calendar."""
    try:
        map_columns(cells, names)
    except BadFile:
        return False
    return True


def map_columns(titles: Sequence[str], names: Mapping[str, str]) -> list[str | None]:
    """Our name of each column; None for a column that is ignored, "" for one without a title.

    `names` maps titles of the file to our names. BadFile lists everything that is wrong.
    """
    own = [title.strip() for title in titles]
    columns = [column_of(title, names) for title in own]
    given = [name for name in columns if name]
    problems = [f"{name!r} is missing" for name in REQUIRED_COLUMNS if name not in given]
    problems += [_unknown(name) for name in given if name not in INPUT_COLUMNS]
    problems += [_twice(name, own, columns) for name, n in Counter(given).items() if n > 1]
    problems += [
        f"there is no {cut(name, 100)!r} to be mapped" for name in names if name not in own
    ]
    if problems:
        raise BadFile(
            f"header: {'; '.join(problems)}. The columns are: {', '.join(_SHOWN_COLUMNS)}"
        )
    return columns


def column_of(title: str, names: Mapping[str, str]) -> str | None:
    """Our name of the column with this title; the title itself where it is no column of ours, None
    where the column is ignored."""
    if title in names:
        return names[title] or None
    name = column_name(title, _BY_FOLDED_NAME)
    if name not in (*INPUT_COLUMNS, *IGNORED_COLUMNS):
        name = caption_column(title) or name
    return None if name in IGNORED_COLUMNS else name


def is_report_column(title: str) -> bool:
    """Whether the column comes from a file of refused rows."""
    return column_name(title.strip(), _BY_FOLDED_NAME) in IGNORED_COLUMNS


def _unknown(name: str) -> str:
    known = [folded for folded, each in _BY_FOLDED_NAME.items() if each not in IGNORED_COLUMNS]
    near = difflib.get_close_matches(fold(name), known, n=1, cutoff=0.75)
    hint = f" (is it {_BY_FOLDED_NAME[near[0]]!r}?)" if near else ""
    return f"{cut(name, 100)!r} is no column of a calendar{hint}"


def _twice(name: str, titles: Sequence[str], columns: Sequence[str | None]) -> str:
    own = [title for title, each in zip(titles, columns, strict=True) if each == name]
    also = (
        "" if set(own) == {name} else f" (as {' and '.join(repr(cut(each, 100)) for each in own)})"
    )
    return f"{cut(name, 100)!r} is there twice{also}"
