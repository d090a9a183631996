"""The result of an import: counts, a summary for people, and JSON row by row."""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cli.output import console, error_console, print_line, print_warnings
from services import presenters
from services.calendar_import.importer import RowResult

# Refused rows that are printed; the rejects file has all of them.
MAX_SHOWN_ROWS = 20


@dataclass(slots=True)
class ImportSummary:
    """Counts by result. `rejects_path`: the file of refused rows; `error`: what ended it early."""

    total: int
    is_dry_run: bool = False
    was_interrupted: bool = False
    error: str | None = None
    error_code: int = 1
    rejects_path: Path | None = None
    counts: Counter[str] = field(default_factory=Counter)
    refused: list[RowResult] = field(default_factory=list)
    warned_rows: int = 0
    warned: list[RowResult] = field(default_factory=list)
    differing: list[RowResult] = field(default_factory=list)
    differing_rows: int = 0

    @property
    def processed(self) -> int:
        """How many rows have a result."""
        return self.counts.total()

    @property
    def exit_code(self) -> int:
        """130 interrupted; 2 the file is no calendar; 1 another error or a refused row."""
        if self.was_interrupted:
            return 130
        if self.error is not None:
            return self.error_code
        return 1 if self.counts["refused"] else 0

    def add(self, results: Iterable[RowResult]) -> None:
        """Count these results."""
        for result in results:
            self.counts[result.status] += 1
            if result.status == "refused" and len(self.refused) < MAX_SHOWN_ROWS:
                self.refused.append(result)
            self._add_warnings(result)
            if result.differs:
                self._add_differing(result)

    def _add_warnings(self, result: RowResult) -> None:
        """Note the warnings of a new post; those of a known one were printed when it was new."""
        if result.status == "accepted" and result.warnings:
            self.warned_rows += 1
            if len(self.warned) < MAX_SHOWN_ROWS:
                self.warned.append(result)

    def _add_differing(self, result: RowResult) -> None:
        self.differing_rows += 1
        if len(self.differing) < MAX_SHOWN_ROWS:
            self.differing.append(result)

    def as_json(self) -> dict[str, Any]:
        """The part of the JSON document after the rows."""
        sums = {name: self.counts[name] for name in ("accepted", "known", "refused")}
        rejects_path = str(self.rejects_path) if self.rejects_path else None
        return {
            **sums,
            "differing": self.differing_rows,
            "interrupted": self.was_interrupted,
            "report": rejects_path,
            **({} if self.error is None else {"error": self.error}),
        }


class JsonOutput:
    """One JSON document on stdout; each row is written as soon as it has a result."""

    def __init__(self, *, is_dry_run: bool) -> None:
        self._rows = 0
        sys.stdout.write(f'{{\n  "dryRun": {json.dumps(is_dry_run)},\n  "rows": [')

    def add(self, results: Iterable[RowResult]) -> None:
        """Write rows."""
        for result in results:
            sys.stdout.write(",\n    " if self._rows else "\n    ")
            json.dump(_row_json(result), sys.stdout, ensure_ascii=False)
            self._rows += 1

    def finish(self, footer: dict[str, Any]) -> None:
        """Write the part after the rows."""
        text = json.dumps(footer, ensure_ascii=False, indent=2)
        sys.stdout.write(("\n  ]," if self._rows else "],") + text[1:] + "\n")
        sys.stdout.flush()


def _row_json(result: RowResult) -> dict[str, Any]:
    head = {"row": result.row.line, "key": result.row.key, "status": result.status}
    if result.post is None:
        return {**head, "errors": result.errors}
    note = {"differs": result.differs, "note": result.note} if result.differs else {}
    warnings = presenters.present_warnings(result.warnings)
    return {**head, "socialPost": result.post, **note, **warnings}


def print_summary(summary: ImportSummary, rerun_command: str) -> None:
    """Print warnings, refused rows, counts, and what to do next. `rerun_command` imports the
    rejects."""
    _print_warnings(summary)
    for result in summary.differing:
        print_line(f"{row_label(result)}: {result.note}")
    _print_more(summary.differing_rows - len(summary.differing), "")
    for result in summary.refused:
        for problem in result.errors:
            line = f"{row_label(result)}: {problem['field']}: {problem['message']}"
            console.print(line, style="red", markup=False, highlight=False)
    more = summary.counts["refused"] - len(summary.refused)
    _print_more(more, " in the report" if summary.rejects_path else "")
    would = "would be " if summary.is_dry_run else ""
    counts = summary.counts
    differing = f" ({summary.differing_rows:,} differ now)" if summary.differing_rows else ""
    print_line(
        f"{counts['accepted']:,} {would}accepted, {counts['known']:,} known already{differing}, "
        f"{counts['refused']:,} refused"
    )
    if summary.error is not None:
        error_console.print(summary.error, style="red", markup=False, highlight=False)
    if summary.rejects_path is not None:
        print_line(
            f"The refused rows are in {summary.rejects_path}. Fix them there, then: {rerun_command}"
        )
    if summary.processed < summary.total:
        print_line(
            f"{summary.processed:,} of {summary.total:,} rows are done. "
            "Run the same command again: it skips these rows, and imports the rest."
        )


def _print_warnings(summary: ImportSummary) -> None:
    for result in summary.warned:
        print_warnings(result.warnings, f"{row_label(result)}: ")
    _print_more(summary.warned_rows - len(summary.warned), " with warnings (--json shows all)")


def _print_more(number: int, where: str) -> None:
    if number > 0:
        print_line(f"and {number:,} more{where}")


def row_label(result: RowResult) -> str:
    """A row's name in messages: its line, and its key if it has one."""
    key = f" ({result.row.key})" if result.row.key else ""
    return f"row {result.row.line}{key}"
