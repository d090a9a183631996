"""Pruning: deletes expired rows and files, in small batches.

A run may be lost, late, or run twice at once: the next run deletes the rest, and rows that another
run has locked are skipped. A file is deleted from the storage after its row. After a crash in
between, a later run finds the file without a row.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlmodel import Session

from media.object_storage import ObjectStorage, StorageUnavailable
from models.database import Database
from models.database_errors import DATABASE_ERRORS, away_reason
from models.store import clock, stored_files
from models.store.posts import retention
from models.store.tenants import idempotency_keys, page_sessions
from models.store.webhooks import webhook_log

log = logging.getLogger(__name__)
# Rows in one transaction: on SQLite, other writers wait for it.
BATCH_SIZE = 500
# Posts whose history goes in one transaction; each has a dozen rows or two.
POSTS_PER_BATCH = 100
# How long one run deletes rows of one kind (s): it occupies a thread that takes messages.
SECONDS_OF_A_KIND = 20.0
# Pages of the storage's listing that one run reads, with a thousand objects each.
MAX_PAGES = 50
# A file's row is written at the end of its upload, which takes some hours at most.
ORPHAN_AGE = timedelta(days=1)
# For so long a person can read a webhook delivery, or send it again.
WEBHOOK_RETENTION = timedelta(days=30)
# The bucket may have objects of other programs: only names of this form are ours.
_FILE_ID: Final = re.compile("[0-9a-f]{32}")

DeleteBatch = Callable[[Session, datetime, int], int]
DELETED_BY_AGE: Final[tuple[tuple[DeleteBatch, timedelta], ...]] = (
    (idempotency_keys.prune, idempotency_keys.KEY_LIFETIME),
    (webhook_log.prune, WEBHOOK_RETENTION),
    (page_sessions.prune, timedelta()),
)


@dataclass(slots=True)
class PruneReport:
    """How many files, objects without a row, and rows of other kinds were deleted."""

    files: int = 0
    orphans: int = 0
    rows: int = 0


PruneStep = Callable[[Database, ObjectStorage, PruneReport], None]


def prune(
    database: Database, storage: ObjectStorage, history: timedelta | None = None
) -> PruneReport:
    """One run. A failure is logged, and the next run tries again.

    `history`: how long the history of finished posts is kept; None: for ever.
    """
    report = PruneReport()
    steps: list[PruneStep] = [_prune_files, _prune_orphans, _prune_rows]
    if history is not None:
        steps.append(partial(_prune_history, age=history))
    for step in steps:
        try:
            step(database, storage, report)
        except StorageUnavailable as error:
            log.warning("pruning: the storage of files does not answer: %s", error)
        except DATABASE_ERRORS as error:
            if away_reason(error) is None:
                raise
    if report != PruneReport():
        log.info("pruned %s files, %s orphans, %s rows", report.files, report.orphans, report.rows)
    return report


def _prune_files(database: Database, storage: ObjectStorage, report: PruneReport) -> None:
    for _ in _turns():
        with database.write() as session:
            deleted = stored_files.prune(session, clock.now(session), BATCH_SIZE)
        storage.delete(deleted)
        report.files += len(deleted)
        if len(deleted) < BATCH_SIZE:
            return


def _prune_orphans(database: Database, storage: ObjectStorage, report: PruneReport) -> None:
    with database.read() as session:
        before = clock.now(session) - ORPHAN_AGE
    storage.delete_partial_uploads_before(before)
    for page, keys in enumerate(storage.keys_before(before), 1):
        ours = [key for key in keys if _FILE_ID.fullmatch(key)]
        with database.read() as session:
            known = stored_files.existing_ids(session, ours)
        orphans = [key for key in ours if key not in known]
        storage.delete(orphans)
        report.orphans += len(orphans)
        if page == MAX_PAGES:
            return


def _prune_rows(database: Database, _storage: ObjectStorage, report: PruneReport) -> None:
    for delete_batch, age in DELETED_BY_AGE:
        report.rows += sum(_delete_in_batches(database, delete_batch, age))


def _prune_history(
    database: Database, _storage: ObjectStorage, report: PruneReport, age: timedelta
) -> None:
    report.rows += sum(_delete_in_batches(database, retention.prune_firings, age))
    for _ in _turns():
        with database.write() as session:
            before = clock.now(session) - age
            posts, rows = retention.prune_attempts(session, before, POSTS_PER_BATCH)
        report.rows += rows
        if posts < POSTS_PER_BATCH:
            return


def _delete_in_batches(
    database: Database, delete_batch: DeleteBatch, age: timedelta
) -> Iterator[int]:
    for _ in _turns():
        with database.write() as session:
            count = delete_batch(session, clock.now(session) - age, BATCH_SIZE)
        yield count
        if count < BATCH_SIZE:
            return


def _turns() -> Iterator[None]:
    """The batches of one kind: one at least, and more until its time is over."""
    end = time.monotonic() + SECONDS_OF_A_KIND
    yield
    while time.monotonic() < end:
        yield
