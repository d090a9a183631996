"""One run of an import: rows, progress, summary, rejects file, and watching the posts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from cli.import_export.dry_run import DryRun
from cli.import_export.import_pipeline import ImportJob, import_chunks
from cli.import_export.import_summary import (
    MAX_SHOWN_ROWS,
    ImportSummary,
    JsonOutput,
    print_summary,
)
from cli.import_export.input_file import InputFile
from cli.import_export.progress_bar import ProgressReporter, open_progress
from cli.import_export.rejects_file import RejectsFile
from cli.interrupt import InterruptHandler
from cli.output import print_line
from cli.posts.post_watcher import WatchSummary, print_watch_summary, watch_until_settled
from services.calendar_import.importer import RowResult
from services.calendar_import.rows import BadFile


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The command's options that this run depends on."""

    rejects_path: Path | None
    is_dry_run: bool
    watch: bool
    as_json: bool
    rerun_command: Callable[[Path], str]


class ImportRun:
    """One run of an import, from the first row to the exit code."""

    def __init__(
        self,
        source: InputFile,
        job: ImportJob,
        options: ImportOptions,
        rejects: RejectsFile,
        interrupt_handler: InterruptHandler,
    ) -> None:
        self._source = source
        self._job = job
        self._options = options
        self._rejects = rejects
        self._interrupt_handler = interrupt_handler
        self._summary = ImportSummary(source.file_summary.rows, options.is_dry_run)
        self._json_output = JsonOutput(is_dry_run=options.is_dry_run) if options.as_json else None
        self._post_ids: set[str] = set()

    def run(self) -> int:
        """Run the import; the exit code."""
        slots = self._dry_run() if self._options.is_dry_run else self._import()
        summary = self._summary
        summary.was_interrupted = (
            self._interrupt_handler.is_requested and summary.processed < summary.total
        )
        if not self._options.is_dry_run or self._options.rejects_path:
            summary.rejects_path = self._rejects.save()
        if self._json_output is None:
            _print_slots(slots)
            print_summary(
                summary,
                self._options.rerun_command(summary.rejects_path) if summary.rejects_path else "",
            )
        watch_summary = self._watch_posts()
        if self._json_output is not None:
            self._json_output.finish(
                {**summary.as_json(), **(watch_summary.as_json() if watch_summary else {})}
            )
        return max(summary.exit_code, watch_summary.exit_code if watch_summary else 0)

    def _import(self) -> list[str]:
        chunks = import_chunks(
            self._job, self._source.rows(), self._interrupt_handler.should_continue
        )
        self._process_chunks(chunks, self._json_output)
        return []

    def _dry_run(self) -> list[str]:
        """Print the rows at the end: slots can be assigned only when all rows are known."""
        dry_run = DryRun(self._job)
        buffered: list[RowResult] = []
        chunks = dry_run.results(self._source.rows(), self._interrupt_handler.should_continue)
        self._process_chunks(chunks, None, buffered if self._json_output else None)
        lines = dry_run.assign_slots()
        if self._json_output is not None:
            self._json_output.add(buffered)
        return lines

    def _process_chunks(
        self,
        chunks: Iterable[list[RowResult]],
        json_output: JsonOutput | None,
        buffered: list[RowResult] | None = None,
    ) -> None:
        silent = self._options.as_json
        with open_progress(self._summary.total, silent=silent) as progress_reporter:
            try:
                for results in chunks:
                    self._record_results(results, progress_reporter)
                    if json_output is not None:
                        json_output.add(results)
                    if buffered is not None:
                        buffered += results
            except Exception as error:  # noqa: BLE001  (a bug is raised again)
                self._summary.error, self._summary.error_code = _explain_failure(error)

    def _record_results(
        self, results: list[RowResult], progress_reporter: ProgressReporter
    ) -> None:
        self._summary.add(results)
        for result in results:
            if result.status == "refused":
                self._rejects.add(result)
            elif self._options.watch and result.post is not None:
                self._post_ids.add(result.post["id"])
        progress_reporter.advance(len(results), self._summary.counts["refused"])

    def _watch_posts(self) -> WatchSummary | None:
        if not self._options.watch or self._summary.was_interrupted:
            return None
        job = self._job
        watch_summary = watch_until_settled(
            job.context, job.organization_id, self._post_ids, silent=self._options.as_json
        )
        if not self._options.as_json:
            print_watch_summary(watch_summary)
        return watch_summary


def _print_slots(lines: list[str]) -> None:
    for line in lines[:MAX_SHOWN_ROWS]:
        print_line(line)
    if len(lines) > MAX_SHOWN_ROWS:
        print_line(f"and {len(lines) - MAX_SHOWN_ROWS:,} more (--json shows all)")


def _explain_failure(error: Exception) -> tuple[str, int]:
    """The message and exit code of an error that ended the import; a bug is raised again."""
    from cli.errors import explain_error

    if isinstance(error, BadFile):
        return f"the file was changed during the import: {error}", 2
    explanation = explain_error(error)
    if explanation is None:
        raise error
    return explanation
