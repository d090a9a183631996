"""Calendar files of many rows with all kinds of broken ones among them; fixing rejected rows."""

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.integration.cli.run_command import Json

COLUMNS = (
    "key", "postType", "caption", "platforms", "publishMode", "scheduledAt", "timezone",
    "videoUrl", "photoUrls", "platformFields",
)  # fmt: skip
Cells = dict[str, str]
GOOD: tuple[Cells, ...] = (
    {},
    {"caption": 'Two\nlines, "quoted"'},
    {"scheduledAt": "2099-05-01T10:00", "timezone": "Europe/Berlin"},
    {"scheduledAt": "2099-05-01T10:00:00+09:00"},
    {"publishMode": "draft", "scheduledAt": "2099-05-01T10:00"},
    {"postType": "video", "platforms": "facebook", "videoUrl": "https://cdn.example.com/a.mp4?s=1"},
    {"caption": "=1+1", "platforms": "x, facebook"},
    {"key": ""},
)
BROKEN: tuple[Cells, ...] = (
    {"postType": "story"},
    {"platforms": "x myspace"},
    {"platforms": ""},
    {"caption": " "},
    {"caption": "long " * 100},
    {"scheduledAt": "2020-02-02T10:00"},
    {"scheduledAt": "next Monday"},
    {"publishMode": "schedule"},
    {"publishMode": "later"},
    {"timezone": "Mars/Olympus", "scheduledAt": "2099-05-01T10:00"},
    {"postType": "video", "platforms": "facebook"},
    {"postType": "video", "platforms": "facebook", "videoUrl": "ftp://a.example/a.mp4"},
    {"postType": "video", "platforms": "facebook", "videoUrl": "no such file.mp4"},
    {"photoUrls": "https://cdn.example.com/a.jpg"},
    {"platformFields": "{youtubeTitle: a}"},
    {"key": "k" * 201},
)
# Rows that end before their caption, and with one cell too many.
MALFORMED_LINES: tuple[Callable[[list[str]], list[str]], ...] = (
    lambda cells: cells[:2],
    lambda cells: [*cells, "more"],
)


def rows_with_status(document: Json, status: str) -> list[Json]:
    """The rows with this status in an import's JSON; their number is the one in the summary."""
    found = [row for row in document["rows"] if row["status"] == status]
    assert document[status] == len(found)
    return found


@dataclass(slots=True)
class CalendarFile:
    """A file, the lines of its broken rows, and the captions of the good ones."""

    path: Path
    broken: list[int] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)


def write_calendar(path: Path, rows: int, broken: int) -> CalendarFile:
    """A file of so many rows, of which so many are broken, spread evenly over it."""
    made, line = CalendarFile(path), 2
    every = rows // broken if broken else rows + 1
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(COLUMNS)
        for number in range(rows):
            is_broken = number % every == every - 1 and len(made.broken) < broken
            cells, shape = _broken_row(number // every) if is_broken else _good_row(number)
            cells = {"key": f"k{number}", "postType": "text", "platforms": "x", **cells}
            cells["caption"] = (
                cells.get("caption", "")
                if is_broken and "caption" in cells
                else (f"{cells.get('caption', 'Hello')} {number}")
            )
            row = shape([cells.get(name, "") for name in COLUMNS])
            out.writerow(row)
            (made.broken if is_broken else []).append(line)
            made.captions += [] if is_broken else [cells["caption"]]
            line += 1 + sum(cell.count("\n") for cell in row)
    return made


def _good_row(number: int) -> tuple[Cells, Callable[[list[str]], list[str]]]:
    return GOOD[number % len(GOOD)], list


def _broken_row(number: int) -> tuple[Cells, Callable[[list[str]], list[str]]]:
    kind = number % (len(BROKEN) + len(MALFORMED_LINES))
    if kind < len(BROKEN):
        return BROKEN[kind], list
    return {}, MALFORMED_LINES[kind - len(BROKEN)]


def fix_rows(report: Path) -> Path:
    """The rejects file with every row fixed, as a person would do it in a spreadsheet."""
    with report.open(encoding="utf-8-sig", newline="") as file:
        titles, *rows = list(csv.reader(file))
    with report.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(titles)
        for number, row in enumerate(rows):
            cells = dict(zip(titles, row, strict=False))
            good = {"key": f"fixed {number}", "postType": "text", "platforms": "x"}
            report_cells = {name: cells[name] for name in ("line", "error")}
            cells = {**report_cells, **good, "caption": f"Fixed {number}"}
            out.writerow([cells.get(title, "") for title in titles])
    return report
