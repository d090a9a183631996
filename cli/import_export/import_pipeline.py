"""Imports rows in chunks: while one chunk is committed, the links of the next ones are checked.

Memory does not grow with the length of the file.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from cli.import_export import local_files
from cli.import_export.link_checker import LinkChecker, PendingCheck, open_link_checker
from cli.import_export.local_files import FileUploader, LocalFile
from models.stored_files import StoredFile
from services.calendar_import import importer
from services.calendar_import.batch import RowCheck
from services.calendar_import.importer import RowResult
from services.calendar_import.rows import Row
from services.context import AppContext

# Chunks whose links are checked while another chunk is committed.
CHUNKS_AHEAD = 4
# Seconds between two checks for Ctrl-C while links are being checked.
POLL_INTERVAL = 0.2
ChunkResults = list[RowResult]


@dataclass(frozen=True, slots=True)
class ImportJob:
    """How to import the rows of a file. `with_storage` opens the context with its file storage.

    `contact`: whom the hosts of links may ask about us."""

    context: AppContext
    organization_id: str
    folder: Path
    with_storage: Callable[[], AppContext]
    check_links: bool = True
    contact: str | None = None


@dataclass(slots=True)
class PreparedChunk:
    """Rows that are ready to be committed; rows imported before have their result already."""

    rows: list[Row]
    results: list[RowResult | None]
    link_checks: list[list[PendingCheck]] = field(default_factory=list)
    files: list[list[LocalFile]] = field(default_factory=list)


class ChunkPreparer:
    """Prepares chunks of rows."""

    def __init__(self, job: ImportJob, link_checker: LinkChecker | None) -> None:
        self._job = job
        self._link_checker = link_checker

    def prepare(self, rows: list[Row]) -> PreparedChunk:
        """Find rows imported before, inspect local files, and start to check links."""
        job = self._job
        chunk = PreparedChunk(
            rows, importer.results_of_imported(job.context, job.organization_id, rows)
        )
        max_bytes = job.context.media_max_bytes
        for row, result in zip(rows, chunk.results, strict=True):
            is_new = result is None
            chunk.files.append(
                local_files.find_local_files(row, job.folder, max_bytes) if is_new else []
            )
            chunk.link_checks.append(self._start_link_checks(row) if is_new else [])
        return chunk

    def _start_link_checks(self, row: Row) -> list[PendingCheck]:
        if self._link_checker is None:
            return []
        return self._link_checker.start_checks(
            row, allow_private=self._job.context.allow_private_media
        )


def import_chunks(
    job: ImportJob, rows: Iterable[Row], should_continue: Callable[[], bool]
) -> Iterator[ChunkResults]:
    """The results of the rows in their order, one list for each transaction.

    Ends after a transaction as soon as `should_continue` is false.
    """
    uploader = FileUploader(job.with_storage, job.organization_id)

    def commit(chunk: PreparedChunk) -> ChunkResults:
        _upload_files(job, uploader, chunk)
        return _merge_results(
            chunk, importer.commit_batch(job.context, job.organization_id, _new_rows(chunk))
        )

    for chunk in _prepare_chunks(job, rows, should_continue):
        yield commit(chunk) if _new_rows(chunk) else [each for each in chunk.results if each]


def dry_run_chunks(
    job: ImportJob, rows: Iterable[Row], should_continue: Callable[[], bool]
) -> Iterator[list[tuple[Row, RowCheck | RowResult]]]:
    """Each row with the result that it would have. Stores no post and no file."""
    for chunk in _prepare_chunks(job, rows, should_continue):
        waiting, files = _new_rows(chunk), _stored_files(job, chunk)
        checked = (
            importer.check_rows(job.context, job.organization_id, waiting, files) if waiting else []
        )
        new = iter(checked)
        yield [
            (row, result if result is not None else next(new))
            for row, result in zip(chunk.rows, chunk.results, strict=True)
        ]


def _open_checker(job: ImportJob, stack: ExitStack) -> LinkChecker:
    allow_private = job.context.allow_private_media
    return stack.enter_context(open_link_checker(job.contact, allow_private=allow_private))


def _prepare_chunks(
    job: ImportJob, rows: Iterable[Row], should_continue: Callable[[], bool]
) -> Iterator[PreparedChunk]:
    """Chunks whose links have been checked."""
    waiting = iter(rows)
    ahead: deque[PreparedChunk] = deque()
    with ExitStack() as stack:
        preparer = ChunkPreparer(job, _open_checker(job, stack) if job.check_links else None)
        while should_continue():
            if len(ahead) <= CHUNKS_AHEAD and (
                next_rows := list(islice(waiting, importer.BATCH_SIZE))
            ):
                ahead.append(preparer.prepare(next_rows))
                continue
            if not ahead or not _wait_for_link_checks(ahead[0], should_continue):
                return
            yield ahead.popleft()


def _wait_for_link_checks(chunk: PreparedChunk, should_continue: Callable[[], bool]) -> bool:
    """Wait until the links are checked, and add their problems to the rows.

    False if the import has to stop before that.
    """
    pending = {each.future for link_checks in chunk.link_checks for each in link_checks}
    while pending := wait(pending, timeout=POLL_INTERVAL).not_done:
        if not should_continue():
            return False
    for row, link_checks in zip(chunk.rows, chunk.link_checks, strict=True):
        row.problems += [problem for each in link_checks if (problem := each.problem())]
    return True


def _new_rows(chunk: PreparedChunk) -> list[Row]:
    pairs = zip(chunk.rows, chunk.results, strict=True)
    return [row for row, result in pairs if result is None]


def _stored_files(job: ImportJob, chunk: PreparedChunk) -> list[StoredFile]:
    return [each.as_stored_file(job.organization_id) for files in chunk.files for each in files]


def _upload_files(job: ImportJob, uploader: FileUploader, chunk: PreparedChunk) -> None:
    """Store the files of the rows that will be posts. A refused row stores no file, and has all of
    its problems after that."""
    pairs = [(row, files) for row, files in zip(chunk.rows, chunk.files, strict=True) if files]
    if not pairs:
        return
    checked = importer.check_rows(
        job.context, job.organization_id, [row for row, _ in pairs], _stored_files(job, chunk)
    )
    for (row, files), row_check in zip(pairs, checked, strict=True):
        if isinstance(row_check, list):
            row.problems, row.is_fully_checked = row_check, True
        else:
            local_files.upload_all(uploader, row, files)


def _merge_results(chunk: PreparedChunk, committed: list[RowResult]) -> ChunkResults:
    new = iter(committed)
    return [each if each is not None else next(new) for each in chunk.results]
