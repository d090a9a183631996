"""The course of an import, from its first row to the last word."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from api.importing.rows import BadFile
from api.importing.running import Result
from cli.batch.dry import DryRun
from cli.batch.interrupt import Interrupt
from cli.batch.outcome import SHOWN, Document, Outcome, show
from cli.batch.pipeline import Order, imported
from cli.batch.progress import Counter, progress
from cli.batch.report_file import ReportFile
from cli.batch.source import Source
from cli.batch.watching import Watched, follow, show_watched
from cli.output import say


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of an import, as far as its course depends on them."""

    report: Path | None
    is_dry: bool
    watches: bool
    as_json: bool
    again: Callable[[Path], str]


class Course:
    """One import, from its first row to the last word."""

    def __init__(
        self, source: Source, order: Order, wishes: Wishes, report: ReportFile, heard: Interrupt
    ) -> None:
        self._source = source
        self._order = order
        self._wishes = wishes
        self._report = report
        self._heard = heard
        self._outcome = Outcome(source.survey.rows, wishes.is_dry)
        self._document = Document(is_dry=wishes.is_dry) if wishes.as_json else None
        self._posts: set[str] = set()

    def run(self) -> int:
        """The exit code."""
        slots = self._rehearse() if self._wishes.is_dry else self._import()
        outcome = self._outcome
        outcome.was_interrupted = self._heard.came and outcome.done < outcome.total
        if not self._wishes.is_dry or self._wishes.report:
            outcome.report = self._report.keep()
        if self._document is None:
            _say_slots(slots)
            show(outcome, self._wishes.again(outcome.report) if outcome.report else "")
        watched = self._watch()
        if self._document is not None:
            self._document.end({**outcome.as_json(), **(watched.as_json() if watched else {})})
        return max(outcome.exit_code, watched.exit_code if watched else 0)

    def _import(self) -> list[str]:
        chunks = imported(self._order, self._source.rows(), self._heard.goes_on)
        self._go_through(chunks, self._document)
        return []

    def _rehearse(self) -> list[str]:
        """Rows are shown when all are known: only then it is clear who gets which slot."""
        dry = DryRun(self._order)
        held: list[Result] = []
        chunks = dry.results(self._source.rows(), self._heard.goes_on)
        self._go_through(chunks, None, held if self._document else None)
        lines = dry.seat()
        if self._document is not None:
            self._document.add(held)
        return lines

    def _go_through(
        self,
        chunks: Iterable[list[Result]],
        document: Document | None,
        held: list[Result] | None = None,
    ) -> None:
        silent = self._wishes.as_json
        with progress(self._outcome.total, silent=silent) as counter:
            try:
                for results in chunks:
                    self._take(results, counter)
                    if document is not None:
                        document.add(results)
                    if held is not None:
                        held += results
            except Exception as error:  # noqa: BLE001  (a defect is raised again)
                self._outcome.error, self._outcome.error_code = _explained(error)

    def _take(self, results: list[Result], counter: Counter) -> None:
        self._outcome.count(results)
        for result in results:
            if result.status == "refused":
                self._report.add(result)
            elif self._wishes.watches and result.post is not None:
                self._posts.add(result.post["id"])
        counter.advance(len(results), self._outcome.counts["refused"])

    def _watch(self) -> Watched | None:
        if not self._wishes.watches or self._outcome.was_interrupted:
            return None
        order = self._order
        watched = follow(order.around, order.owner, self._posts, silent=self._wishes.as_json)
        if not self._wishes.as_json:
            show_watched(watched)
        return watched


def _say_slots(lines: list[str]) -> None:
    for line in lines[:SHOWN]:
        say(line)
    if len(lines) > SHOWN:
        say(f"and {len(lines) - SHOWN:,} more (--json shows all)")


def _explained(error: Exception) -> tuple[str, int]:
    """What ended the import too early; a defect is raised as it is."""
    from cli.endings import explained  # noqa: PLC0415  (knows every library that fails)

    if isinstance(error, BadFile):
        return f"the file was changed meanwhile: {error}", 2
    found = explained(error)
    if found is None:
        raise error
    return found
