"""Reading a content calendar, as CSV or as JSON Lines."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from services.calendar_import import csv_header, csv_reader, jsonl_reader
from services.calendar_import.rows import DEFAULT_OPTIONS, ReadOptions, Row

RowReader = Callable[[Iterable[str], ReadOptions], Iterator[Row]]
Format = Literal["csv", "jsonl"]


@dataclass(frozen=True, slots=True)
class FileSummary:
    """What a file is: its format, how many rows it has, and of CSV the header and what separates
    cells."""

    format: Format
    rows: int
    titles: list[str]
    delimiter: str = ","


def read_rows(file: Iterable[str], options: ReadOptions = DEFAULT_OPTIONS) -> Iterator[Row]:
    """The rows of a file, whose lines are given: JSON Lines where it begins with an object, else
    CSV. BadFile, perhaps after some rows, where it is no calendar."""
    first, lines = csv_header.peek_first_line(file)
    reader: RowReader = jsonl_reader.read if _is_json(first) else csv_reader.read
    yield from reader(lines, options)


def summarize(file: Iterable[str], options: ReadOptions = DEFAULT_OPTIONS) -> FileSummary:
    """A look at the whole file, its rows' values apart; BadFile where it is no calendar."""
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
