"""Reading a content calendar, as CSV or as JSON Lines."""

import itertools
from collections.abc import Callable, Iterable, Iterator

from api.importing import csv_file, json_lines
from api.importing.rows import BadFile, Row

Reader = Callable[[Iterable[str], str | None], Iterator[Row]]


def read(file: Iterable[str], media_base: str | None) -> Iterator[Row]:
    """The rows of a file, whose lines are given: JSON Lines where it begins with an object, else
    CSV. BadFile, perhaps after some rows, where it is no calendar."""
    lines = iter(file)
    begin: list[str] = []
    try:
        for line in lines:
            begin.append(line)
            if line.strip():
                break
    except UnicodeDecodeError:
        raise BadFile("line 1: the file must be UTF-8 text") from None
    is_json = bool(begin) and begin[-1].lstrip().startswith("{")
    reader: Reader = json_lines.read if is_json else csv_file.read
    yield from reader(itertools.chain(begin, lines), media_base)
