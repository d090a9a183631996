"""Importing a calendar: every good row becomes a post, every bad one a sentence; none both."""

import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlmodel import Session

from api import answers
from api.deps import Surroundings
from api.errors import FieldError
from api.importing.batch import Batch, Tried
from api.importing.rows import Row
from api.posts.publish import Accepted

# Rows in one transaction, whose commit would else cost more than they do. While it lasts, nobody
# else seats posts of the organization.
AT_ONCE = 25
Status = Literal["accepted", "known", "refused"]


class _DryRun(Exception):
    """All was tried; nothing is to stay."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a row: the post, as publish answers it, or what is wrong."""

    row: Row
    status: Status
    post: dict[str, Any] | None = None
    errors: list[FieldError] = field(default_factory=list)


def import_rows(
    around: Surroundings, organization_id: str, rows: Iterable[Row], *, dry_run: bool = False
) -> list[Result]:
    """Accept the rows in their order, some in a transaction; a row that is wrong stops no other.

    A dry run is one transaction, in which the rows see each other, and which is taken back.
    """
    waiting = iter(rows)
    results: list[Result] = []
    size = None if dry_run else AT_ONCE
    while some := list(itertools.islice(waiting, size)):
        with _transaction(around, dry_run=dry_run) as session:
            tried = Batch(session, around, organization_id).run(some)
        new = {each.post.id for each in tried if isinstance(each, Accepted) and each.is_new}
        made = [_result(row, each) for row, each in zip(some, tried, strict=True)]
        results += [_without_ids(each, new) for each in made] if dry_run else made
    return results


@contextmanager
def _transaction(around: Surroundings, *, dry_run: bool) -> Iterator[Session]:
    with suppress(_DryRun), around.database.write() as session:
        yield session
        if dry_run:
            raise _DryRun


def _result(row: Row, tried: Tried) -> Result:
    if not isinstance(tried, Accepted):
        return Result(row, "refused", errors=tried)
    post = answers.published(tried.post, tried.job_id)["socialPost"]
    return Result(row, "accepted" if tried.is_new else "known", post)


def _without_ids(result: Result, new: set[str]) -> Result:
    """Of a dry run's posts nothing is left that an id could name."""
    if result.post is None or result.post["id"] not in new:
        return result
    kept = {name: result.post[name] for name in ("status", "scheduledFor")}
    return Result(result.row, result.status, kept)
