"""Reading a content calendar whose format is not known: CSV or JSON Lines."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from services.calendar_import import csv_header, csv_reader, jsonl_reader
from services.calendar_import.rows import DEFAULT_OPTIONS, ReadOptions, Row

RowReader = Callable[[Iterable[str], ReadOptions], Iterator[Row]]
Format = Literal["csv", "jsonl"]


@dataclass(frozen=True, slots=True)
class FileSummary:
    """A file's format and number of rows; for CSV also the header's titles and the delimiter."""

    format: Format
    rows: int
    titles: list[str]
    delimiter: str = ","


def read_rows(file: Iterable[str], options: ReadOptions = DEFAULT_OPTIONS) -> Iterator[Row]:
    """The rows of a file, given as its lines: JSON Lines where the first line begins with "{", else
    CSV. Raises BadFile, perhaps after some rows, where the file is no calendar."""
    first, lines = csv_header.peek_first_line(file)
    reader: RowReader = jsonl_reader.read if _is_json(first) else csv_reader.read
    yield from reader(lines, options)


def summarize(file: Iterable[str], options: ReadOptions = DEFAULT_OPTIONS) -> FileSummary:
    """Read the whole file without checking the rows' values; BadFile where it is no calendar."""
    first, lines = csv_header.peek_first_line(file)
    if _is_json(first):
        return FileSummary("jsonl", sum(1 for _ in jsonl_reader.iter_records(lines)), [])
    found = csv_reader.iter_records(lines, options)
    _, titles = next(found)
    csv_header.map_columns(titles, options.names)
    delimiter = options.delimiter or csv_header.detect_delimiter(first)
    return FileSummary("csv", sum(1 for _ in found), titles, delimiter)


def _is_json(first: str) -> bool:
    return first.lstrip().startswith("{")
