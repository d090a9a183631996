"""The report: the rows that were refused, as they were written, with `line` and `error` before
them. It is a calendar itself: mended, it can be imported as it is."""

import filecmp
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api.importing.calendar_file import Survey
from api.importing.csv_writer import CsvWriter
from api.importing.rows import IGNORED, Row
from api.importing.running import Result
from cli.batch.source import STANDARD_INPUT

ERRORS = ".errors"


class ReportFile:
    """Collects refused rows, and becomes a file at the end, where there were any.

    The place that was asked for is written over. Without one, the report stands beside the
    calendar, so that names of files in it mean the same; and one that somebody may have mended
    stays as it is.
    """

    def __init__(
        self,
        out: Any,  # noqa: ANN401  (a named temporary file, whose type is private)
        survey: Survey,
        asked: Path | None,
        calendar: str,
    ) -> None:
        self._out = out
        self._survey = survey
        self._asked = asked
        self._calendar = calendar
        self._rows = 0
        self._csv = CsvWriter(out, survey.delimiter)

    def add(self, result: Result) -> None:
        """A refused row."""
        if not self._rows and self._survey.format == "csv":
            self._csv.row([*IGNORED, *_but_ours(self._survey, self._survey.titles)])
        self._rows += 1
        row = result.row
        error = "; ".join(f"{each['field']}: {each['message']}" for each in result.errors)
        if isinstance(row.source, list):
            self._csv.row([row.line, error, *_but_ours(self._survey, row.source)])
        else:
            self._out.write(_as_line(row, error) + "\n")

    def keep(self) -> Path | None:
        """The file; None where no row was refused. OSError where it cannot be written."""
        if not self._rows:
            return None
        self._out.flush()
        written = Path(self._out.name)
        if self._asked is not None:
            return _moved(written, self._asked)
        return _beside(written, _places(self._calendar, self._survey.format))


def _but_ours(survey: Survey, cells: list[str]) -> list[str]:
    """Without what an earlier report said."""
    ours = [place for place, title in enumerate(survey.titles) if title.strip() in IGNORED]
    return [cell for place, cell in enumerate(cells) if place not in ours]


def _as_line(row: Row, error: str) -> str:
    """The line with two fields more, and else as it was written; what is no object stands in
    `text`, for whoever mends it."""
    said = {"line": row.line, "error": error}
    text = str(row.source).strip()
    fields = _fields(text)
    if fields is None:
        return json.dumps({**said, "text": text}, ensure_ascii=False)
    if not fields or fields.keys() & set(IGNORED):
        kept = {name: each for name, each in fields.items() if name not in IGNORED}
        return json.dumps({**said, **kept})
    return json.dumps(said, ensure_ascii=False)[:-1] + ", " + text[1:]


def _fields(text: str) -> dict[str, object] | None:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None


def _places(calendar: str, ending: str) -> Iterator[Path]:
    """Where the report may stand: beside the calendar, else here; one name after the other."""
    path = Path("import" if calendar == STANDARD_INPUT else calendar)
    folder = path.parent if os.access(path.parent, os.W_OK) else Path()
    stem = path.stem.partition(ERRORS)[0] or "import"
    yield folder / f"{stem}{ERRORS}.{ending}"
    number = 2
    while True:
        yield folder / f"{stem}{ERRORS}-{number}.{ending}"
        number += 1


def _beside(written: Path, places: Iterator[Path]) -> Path:
    """The first place that is free, or has this very report."""
    for place in places:
        if not place.exists():
            return _moved(written, place)
        if filecmp.cmp(written, place, shallow=False):
            return place
    raise AssertionError("there is always another name")


def _moved(written: Path, place: Path) -> Path:
    place.write_bytes(b"")  # whatever is wrong with the place is said of its name
    place.chmod(0o600)  # it holds what the calendar holds, links with signatures too
    with written.open("rb") as source, place.open("wb") as target:
        while piece := source.read(1 << 20):
            target.write(piece)
    return place


@contextmanager
def report_file(survey: Survey, asked: Path | None, calendar: str) -> Iterator[ReportFile]:
    """A report; what is not kept is gone when the block ends."""
    with tempfile.NamedTemporaryFile(
        "w+", encoding="utf-8", errors="backslashreplace", newline=""
    ) as out:
        yield ReportFile(out, survey, asked, calendar)
