"""Importing a calendar: every good row becomes a post, every bad one a sentence; none both."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlmodel import Session

from models.store import clock
from models.stored_files import StoredFile
from services import presenters
from services.calendar_import import batch
from services.calendar_import.batch import ImportBatch, RowCheck, RowOutcome
from services.calendar_import.rows import Row
from services.context import AppContext
from services.errors import FieldError
from services.posts.publish import AcceptedPost

# Rows in one transaction, whose commit would else cost more than they do. While it lasts, nobody
# else seats posts of the organization.
BATCH_SIZE = 100
RowStatus = Literal["accepted", "known", "refused"]


class _DryRun(Exception):
    """All was tried; nothing is to stay."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of a row: the post, as publish answers it, or what is wrong."""

    row: Row
    status: RowStatus
    post: dict[str, Any] | None = None
    errors: list[FieldError] = field(default_factory=list)


def import_rows(
    context: AppContext, organization_id: str, rows: Iterable[Row], *, dry_run: bool = False
) -> list[RowResult]:
    """Accept the rows in their order, some in a transaction; a row that is wrong stops no other.

    A dry run is one transaction, in which the rows see each other, and which is taken back.
    """
    waiting = iter(rows)
    results: list[RowResult] = []
    size = None if dry_run else BATCH_SIZE
    while some := list(itertools.islice(waiting, size)):
        results += commit_batch(context, organization_id, some, dry_run=dry_run)
    return results


def commit_batch(
    context: AppContext, organization_id: str, rows: Sequence[Row], *, dry_run: bool = False
) -> list[RowResult]:
    """The same for rows of one transaction."""
    with _transaction(context, dry_run=dry_run) as session:
        tried = ImportBatch(session, context, organization_id).run(rows)
    new = {each.post.id for each in tried if isinstance(each, AcceptedPost) and each.is_new}
    made = [to_result(row, each) for row, each in zip(rows, tried, strict=True)]
    return [_without_ids(each, new) for each in made] if dry_run else made


def results_of_imported(
    context: AppContext, organization_id: str, rows: Sequence[Row]
) -> list[RowResult | None]:
    """What is said of those rows that are posts already, in their order; None for the others."""
    with context.database.read() as session:
        found = batch.find_imported_posts(
            session, organization_id, [row.key for row in rows if is_valid(row)]
        )
    return [
        to_result(row, found[row.key]) if is_valid(row) and row.key in found else None
        for row in rows
    ]


def check_rows(
    context: AppContext,
    organization_id: str,
    rows: Sequence[Row],
    files: Sequence[StoredFile] = (),
) -> list[RowCheck]:
    """What would become of rows whose own files are these; nothing is kept, and nobody seated."""
    with _transaction(context, dry_run=True) as session:
        here = ImportBatch(session, context, organization_id)
        now = clock.now(session)
        for file in files:
            file.created_at = now
        session.add_all(files)
        session.flush()
        return here.check(rows)


def is_valid(row: Row) -> bool:
    """Whether nothing is wrong with a row so far."""
    return row.body is not None and not row.problems


@contextmanager
def _transaction(context: AppContext, *, dry_run: bool) -> Iterator[Session]:
    with suppress(_DryRun), context.database.write() as session:
        yield session
        if dry_run:
            raise _DryRun


def to_result(row: Row, tried: RowOutcome) -> RowResult:
    """What is said of a row."""
    if not isinstance(tried, AcceptedPost):
        return RowResult(row, "refused", errors=tried)
    post = presenters.present_accepted_post(tried.post, tried.job_id)["socialPost"]
    return RowResult(row, "accepted" if tried.is_new else "known", post)


def _without_ids(result: RowResult, new: set[str]) -> RowResult:
    """Of a dry run's posts nothing is left that an id could name."""
    if result.post is None or result.post["id"] not in new:
        return result
    kept = {name: result.post[name] for name in ("status", "scheduledFor")}
    return RowResult(result.row, result.status, kept)
