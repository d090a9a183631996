"""Reading a content calendar whose format is not known: CSV, JSON Lines, or a workbook."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Literal

from services.calendar_import import csv_header, csv_reader, jsonl_reader, workbook_reader
from services.calendar_import.csv_reader import Record
from services.calendar_import.duplicate_keys import mark_duplicates
from services.calendar_import.file_kinds import is_workbook
from services.calendar_import.rows import DEFAULT_OPTIONS, BadFile, ReadOptions, Row
from services.calendar_import.text_lines import open_lines

RowReader = Callable[[Iterable[str], ReadOptions], Iterator[Row]]
# The first line of a list of objects, or of an object that has several lines.
_JSON_IN_ONE_PIECE = re.compile(r"\s*(\[\s*(\{.*|\]\s*)?|\{\s*)", re.DOTALL)
Format = Literal["csv", "jsonl", "xlsx"]


@dataclass(frozen=True, slots=True)
class FileSummary:
    """A file's format and number of rows; for tables also the header's titles and the
    delimiter."""

    format: Format
    rows: int
    titles: list[str]
    delimiter: str = ","


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar as bytes, which may be read more than once. `reader` reads its text; without it
    the text itself tells whether it is CSV or JSON Lines."""

    content: IO[bytes]
    options: ReadOptions = DEFAULT_OPTIONS
    reader: RowReader | None = None

    def rows(self) -> Iterator[Row]:
        """The rows, one by one. BadFile, perhaps after some rows, where it is no calendar."""
        if is_workbook(self.content):
            records = workbook_reader.iter_records(self.content, self.options)
            yield from mark_duplicates(csv_reader.read_records(records, self.options))
            return
        with open_lines(self.content, self.options.encoding) as lines:
            yield from read_rows(lines, self.options, self.reader)

    def summarize(self) -> FileSummary:
        """Read the whole file without checking the rows' values; BadFile where it is no
        calendar."""
        if is_workbook(self.content):
            records = workbook_reader.iter_records(self.content, self.options)
            return _summarize_table("xlsx", records, self.options, ",")
        with open_lines(self.content, self.options.encoding) as lines:
            return summarize(lines, self.options)


def read_rows(
    file: Iterable[str], options: ReadOptions = DEFAULT_OPTIONS, reader: RowReader | None = None
) -> Iterator[Row]:
    """The rows of a text, given as its lines: JSON Lines where the first line begins with "{", else
    CSV. Raises BadFile, perhaps after some rows, where the file is no calendar."""
    first, lines = csv_header.peek_first_line(file)
    by_text: RowReader = jsonl_reader.read if is_json_lines(first) else csv_reader.read
    yield from mark_duplicates((reader or by_text)(lines, options))


def summarize(file: Iterable[str], options: ReadOptions = DEFAULT_OPTIONS) -> FileSummary:
    """Read the whole text without checking the rows' values; BadFile where it is no calendar."""
    first, lines = csv_header.peek_first_line(file)
    if is_json_lines(first):
        return FileSummary("jsonl", sum(1 for _ in jsonl_reader.iter_records(lines)), [])
    delimiter, text = csv_reader.find_delimiter(lines, options)
    return _summarize_table("csv", csv_reader.iter_records(text, options), options, delimiter)


def _summarize_table(
    format_: Format, records: Iterator[Record], options: ReadOptions, delimiter: str
) -> FileSummary:
    titles, _ = csv_header.map_header(records, options.names)
    return FileSummary(format_, sum(1 for _ in records), titles, delimiter)


def is_json_lines(first: str) -> bool:
    """Whether a text with this first line is JSON Lines; BadFile for JSON in one piece."""
    if _JSON_IN_ONE_PIECE.fullmatch(first):
        raise BadFile(
            "the file is JSON in one piece, but it must be JSON Lines: each post is an object on "
            "a line of its own, without [ ] around and without commas between them"
        )
    return first.lstrip().startswith("{")
