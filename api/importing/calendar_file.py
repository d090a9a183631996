"""Reading a content calendar, as CSV or as JSON Lines."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from api.importing import csv_file, header, json_lines
from api.importing.rows import AS_IT_IS, Reading, Row

Reader = Callable[[Iterable[str], Reading], Iterator[Row]]
Format = Literal["csv", "jsonl"]


@dataclass(frozen=True, slots=True)
class Survey:
    """What a file is: its format, how many rows it has, and of CSV the header and what separates
    cells."""

    format: Format
    rows: int
    titles: list[str]
    delimiter: str = ","


def read(file: Iterable[str], how: Reading = AS_IT_IS) -> Iterator[Row]:
    """The rows of a file, whose lines are given: JSON Lines where it begins with an object, else
    CSV. BadFile, perhaps after some rows, where it is no calendar."""
    first, lines = header.first_line(file)
    reader: Reader = json_lines.read if _is_json(first) else csv_file.read
    yield from reader(lines, how)


def survey(file: Iterable[str], how: Reading = AS_IT_IS) -> Survey:
    """A look at the whole file, its rows' values apart; BadFile where it is no calendar."""
    first, lines = header.first_line(file)
    if _is_json(first):
        return Survey("jsonl", sum(1 for _ in json_lines.records(lines)), [])
    found = csv_file.records(lines, how)
    _, titles = next(found)
    header.meanings(titles, how.names)
    delimiter = how.delimiter or header.delimiter(first)
    return Survey("csv", sum(1 for _ in found), titles, delimiter)


def _is_json(first: str) -> bool:
    return first.lstrip().startswith("{")
