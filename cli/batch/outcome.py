"""What became of an import: counted, shown row by row as JSON, and summed up for people."""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api.importing.running import Result
from cli.output import console, errors, say

# Refused rows that are shown on the terminal; the report has all.
SHOWN = 20


@dataclass(slots=True)
class Outcome:
    """The sums. `report`: where the refused rows are; `error`: what ended the import too early."""

    total: int
    is_dry: bool = False
    was_interrupted: bool = False
    error: str | None = None
    error_code: int = 1
    report: Path | None = None
    counts: Counter[str] = field(default_factory=Counter)
    refused: list[Result] = field(default_factory=list)

    @property
    def done(self) -> int:
        """How many rows have been seen to."""
        return self.counts.total()

    @property
    def exit_code(self) -> int:
        """130 interrupted, 2 where the file turned out to be none, 1 trouble or a refused row."""
        if self.was_interrupted:
            return 130
        if self.error is not None:
            return self.error_code
        return 1 if self.counts["refused"] else 0

    def count(self, results: Iterable[Result]) -> None:
        """Add rows."""
        for result in results:
            self.counts[result.status] += 1
            if result.status == "refused" and len(self.refused) < SHOWN:
                self.refused.append(result)

    def as_json(self) -> dict[str, Any]:
        """What follows the rows in the document."""
        sums = {name: self.counts[name] for name in ("accepted", "known", "refused")}
        report = str(self.report) if self.report else None
        return {
            **sums,
            "interrupted": self.was_interrupted,
            "report": report,
            **({} if self.error is None else {"error": self.error}),
        }


class Document:
    """One JSON document on stdout, whose rows are written as they come."""

    def __init__(self, *, is_dry: bool) -> None:
        self._rows = 0
        sys.stdout.write(f'{{\n  "dryRun": {json.dumps(is_dry)},\n  "rows": [')

    def add(self, results: Iterable[Result]) -> None:
        """Write rows."""
        for result in results:
            sys.stdout.write(",\n    " if self._rows else "\n    ")
            json.dump(_as_json(result), sys.stdout, ensure_ascii=False)
            self._rows += 1

    def end(self, last: dict[str, Any]) -> None:
        """Write what follows the rows."""
        text = json.dumps(last, ensure_ascii=False, indent=2)
        sys.stdout.write(("\n  ]," if self._rows else "],") + text[1:] + "\n")
        sys.stdout.flush()


def _as_json(result: Result) -> dict[str, Any]:
    head = {"row": result.row.line, "key": result.row.key, "status": result.status}
    if result.post is None:
        return {**head, "errors": result.errors}
    return {**head, "socialPost": result.post}


def show(outcome: Outcome, again: str) -> None:
    """The refused rows, the sums, and how to go on; `again`: how the report is imported."""
    for result in outcome.refused:
        for problem in result.errors:
            line = f"{name(result)}: {problem['field']}: {problem['message']}"
            console.print(line, style="red", markup=False, highlight=False)
    more = outcome.counts["refused"] - len(outcome.refused)
    if more > 0:
        say(f"and {more:,} more" + (" in the report" if outcome.report else ""))
    would = "would be " if outcome.is_dry else ""
    counts = outcome.counts
    say(
        f"{counts['accepted']:,} {would}accepted, {counts['known']:,} known already, "
        f"{counts['refused']:,} refused"
    )
    if outcome.error is not None:
        errors.print(outcome.error, style="red", markup=False, highlight=False)
    if outcome.report is not None:
        say(f"The refused rows are in {outcome.report}. Mend them there, then: {again}")
    if outcome.done < outcome.total:
        say(
            f"{outcome.done:,} of {outcome.total:,} rows are done. Run the same command again: "
            "what is done is known, and the rest follows."
        )


def name(result: Result) -> str:
    """How a row is called: its line, and its key if it has one."""
    key = f" ({result.row.key})" if result.row.key else ""
    return f"row {result.row.line}{key}"
