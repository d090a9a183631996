"""Importing a calendar: every valid row becomes a post, every other row gets its problems."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlmodel import Session

from models.store import clock
from models.store.tenants import social_settings
from models.stored_files import StoredFile
from services import presenters
from services.calendar_import import batch
from services.calendar_import.batch import ImportBatch, RowCheck, RowOutcome
from services.calendar_import.row_changes import KnownPost, known_post
from services.calendar_import.rows import Row
from services.context import AppContext
from services.errors import FieldError
from services.posts.publish import AcceptedPost

# Rows in one transaction. Fewer would make the commits cost more than the rows; more would lock
# the organization longer, and meanwhile no other transaction can seat its posts.
BATCH_SIZE = 100
RowStatus = Literal["accepted", "known", "refused"]


class _DryRun(Exception):
    """Rolls the transaction of a dry run back."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """The result of a row: the post, as the answer to publish shows it, or its problems.

    `differs`: the fields in which the row of a known post says something else than the post.
    `warnings`: the fields of the post that will not be sent.
    """

    row: Row
    status: RowStatus
    post: dict[str, Any] | None = None
    errors: list[FieldError] = field(default_factory=list)
    warnings: list[FieldError] = field(default_factory=list)
    differs: tuple[str, ...] = ()

    @property
    def note(self) -> str | None:
        """What a person should know of a row that was not refused."""
        if not self.differs:
            return None
        return (
            f"this key was imported before, and the row now says something else "
            f"({', '.join(self.differs)}); the post stays as it is: edit the post, or give the row "
            "another key"
        )


def import_rows(
    context: AppContext, organization_id: str, rows: Iterable[Row], *, dry_run: bool = False
) -> list[RowResult]:
    """Import the rows in order, in batches; a refused row stops no other.

    A dry run is one transaction, so that rows affect each other as they would; it is rolled back.
    """
    pending = iter(rows)
    results: list[RowResult] = []
    size = None if dry_run else BATCH_SIZE
    while chunk := list(itertools.islice(pending, size)):
        results += commit_batch(context, organization_id, chunk, dry_run=dry_run)
    return results


def commit_batch(
    context: AppContext, organization_id: str, rows: Sequence[Row], *, dry_run: bool = False
) -> list[RowResult]:
    """Import rows in one transaction."""
    with _transaction(context, dry_run=dry_run) as session:
        outcomes = ImportBatch(session, context, organization_id).run(rows)
    new = {each.post.id for each in outcomes if isinstance(each, AcceptedPost) and each.is_new}
    results = [to_result(row, each) for row, each in zip(rows, outcomes, strict=True)]
    return [_without_ids(each, new) for each in results] if dry_run else results


def results_of_imported(
    context: AppContext, organization_id: str, rows: Sequence[Row]
) -> list[RowResult | None]:
    """The results of the rows that an earlier import made posts of; None for the others."""
    with context.database.read() as session:
        settings = social_settings.read_settings(session, organization_id)
        keys = [row.key for row in rows if is_valid(row)]
        found = batch.find_imported_posts(session, context, organization_id, keys)
    return [
        to_result(row, known_post(row, found[row.key], settings))
        if is_valid(row) and row.key in found
        else None
        for row in rows
    ]


def check_rows(
    context: AppContext,
    organization_id: str,
    rows: Sequence[Row],
    files: Sequence[StoredFile] = (),
) -> list[RowCheck]:
    """What importing the rows would do, without writing or seating anything.

    `files`: uploads that the rows refer to and that do not exist yet.
    """
    with _transaction(context, dry_run=True) as session:
        batch_ = ImportBatch(session, context, organization_id)
        now = clock.now(session)
        for file in files:
            file.created_at = now
        session.add_all(files)
        session.flush()
        return batch_.check(rows)


def is_valid(row: Row) -> bool:
    """Whether a row has no problem so far."""
    return row.body is not None and not row.problems


@contextmanager
def _transaction(context: AppContext, *, dry_run: bool) -> Iterator[Session]:
    with suppress(_DryRun), context.database.write() as session:
        yield session
        if dry_run:
            raise _DryRun


def to_result(row: Row, outcome: RowOutcome) -> RowResult:
    """The result of a row, for people and programs."""
    if not isinstance(outcome, AcceptedPost):
        return RowResult(row, "refused", errors=outcome)
    post = presenters.present_accepted_post(outcome.post, outcome.job_id)["socialPost"]
    differs = outcome.differs if isinstance(outcome, KnownPost) else ()
    status: RowStatus = "accepted" if outcome.is_new else "known"
    return RowResult(row, status, post, differs=differs, warnings=outcome.warnings)


def _without_ids(result: RowResult, new: set[str]) -> RowResult:
    """Remove the ids of a dry run's new posts: such a post does not exist afterwards."""
    if result.post is None or result.post["id"] not in new:
        return result
    post = {name: result.post[name] for name in ("status", "scheduledFor")}
    return replace(result, post=post)
