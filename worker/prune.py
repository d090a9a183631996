"""Pruning: letting go of what is kept for a while only, some at a time.

It may be lost, run late, or run twice at once: what it does not do today it does in an hour, and
what somebody else is about to delete it passes over. An object is deleted once its row is gone;
where a crash comes between, the next sweep finds an object without a row.
"""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from models.database import Database
from models.store import clock, files, idempotency, retention, webhook_log
from storage import ObjectStorage, StorageUnavailable

log = logging.getLogger(__name__)
# Rows in one transaction: others wait for it on SQLite.
BATCH = 500
# Posts whose history goes in one transaction; each has a dozen rows or two.
POSTS = 100
# Batches of one kind in one run: it has a thread that jobs could use.
MOST_BATCHES = 20
# Objects that one run looks at, in pages of a thousand.
MOST_PAGES = 50
# A file's row is written when its upload has ended, which takes hours at most.
ORPHAN_AGE = timedelta(days=1)
# What a person may still want to read of a delivery to a webhook, or send again.
DELIVERIES_KEPT = timedelta(days=30)
# Other objects may lie in the same bucket: only what is named as ours is ours.
_ID: Final = re.compile("[0-9a-f]{32}")

Forget = Callable[[Session, datetime, int], int]
BY_AGE: Final[tuple[tuple[Forget, timedelta], ...]] = (
    (idempotency.prune, idempotency.KEY_LIFETIME),
    (webhook_log.prune, DELIVERIES_KEPT),
)


@dataclass(slots=True)
class Pruned:
    """How many files, objects without a file, and rows of other kinds went."""

    files: int = 0
    orphans: int = 0
    rows: int = 0


Part = Callable[[Database, ObjectStorage, Pruned], None]


def prune(database: Database, storage: ObjectStorage, history: timedelta | None = None) -> Pruned:
    """One run. What fails is left for the next one, with a line in the log.

    `history`: so long that of posts which have ended is kept; None for all of it.
    """
    done = Pruned()
    parts: list[Part] = [_files, _orphans, _rows]
    if history is not None:
        parts.append(partial(_history, age=history))
    for part in parts:
        try:
            part(database, storage, done)
        except StorageUnavailable as error:
            log.warning("pruning: the storage of files does not answer: %s", error)
        except OperationalError as error:
            log.warning("pruning: the database does not answer: %s", error.orig)
    if done != Pruned():
        log.info("pruned %s files, %s orphans, %s rows", done.files, done.orphans, done.rows)
    return done


def _files(database: Database, storage: ObjectStorage, done: Pruned) -> None:
    for _ in range(MOST_BATCHES):
        with database.write() as session:
            gone = files.prune(session, clock.now(session), BATCH)
        storage.delete(gone)
        done.files += len(gone)
        if len(gone) < BATCH:
            return


def _orphans(database: Database, storage: ObjectStorage, done: Pruned) -> None:
    with database.read() as session:
        before = clock.now(session) - ORPHAN_AGE
    storage.delete_partial_uploads_before(before)
    for page, keys in enumerate(storage.keys_before(before), 1):
        ours = [key for key in keys if _ID.fullmatch(key)]
        with database.read() as session:
            known = files.existing_ids(session, ours)
        orphans = [key for key in ours if key not in known]
        storage.delete(orphans)
        done.orphans += len(orphans)
        if page == MOST_PAGES:
            return


def _rows(database: Database, _storage: ObjectStorage, done: Pruned) -> None:
    for forget, age in BY_AGE:
        done.rows += sum(_batches(database, forget, age))


def _history(database: Database, _storage: ObjectStorage, done: Pruned, age: timedelta) -> None:
    done.rows += sum(_batches(database, retention.prune_firings, age))
    for _ in range(MOST_BATCHES):
        with database.write() as session:
            before = clock.now(session) - age
            posts, rows = retention.prune_attempts(session, before, POSTS)
        done.rows += rows
        if posts < POSTS:
            return


def _batches(database: Database, forget: Forget, age: timedelta) -> Iterator[int]:
    for _ in range(MOST_BATCHES):
        with database.write() as session:
            count = forget(session, clock.now(session) - age, BATCH)
        yield count
        if count < BATCH:
            return
