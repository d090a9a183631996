"""Importing a batch of rows in one transaction. Each row becomes a new post, is the same as an
earlier post, or is refused with its problems."""

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from models.posts import Post
from models.statuses import PostStatus
from models.store import clock
from models.store.jobs import job_queue
from models.store.posts import posts
from models.store.tenants import social_settings
from models.task_names import JobKind
from scheduler.seating.seat_backlog import seat_backlog
from services.calendar_import.rows import Row
from services.context import AppContext
from services.errors import POSTING_DISABLED, FieldError, ServiceError
from services.posts.post_warnings import warnings_by_post
from services.posts.publish import AcceptedPost, PostIntake, PreparedPost

RowOutcome = AcceptedPost | list[FieldError]
RowCheck = AcceptedPost | PreparedPost | list[FieldError]
_ID = re.compile("[0-9a-f]{32}")


def find_imported_posts(
    session: Session, organization_id: str, keys: Sequence[str]
) -> dict[str, AcceptedPost]:
    """The posts that earlier imports made, by row key.

    An export writes the id of a post that has no key, so such a post is found by its id too.
    """
    wanted = list(dict.fromkeys(keys))
    found = posts.find_by_row_keys(session, organization_id, wanted)
    ids = [key for key in wanted if key not in found and _ID.fullmatch(key)]
    found |= _without_key(posts.find_by_ids(session, organization_id, ids))
    job_ids = job_queue.ids_of(session, JobKind.POST, [post.id for post in found.values()])
    warnings = warnings_by_post(session, found.values())
    return {
        key: AcceptedPost(post, job_ids[post.id], is_new=False, warnings=warnings[post.id])
        for key, post in found.items()
    }


def _without_key(found: dict[str, Post]) -> dict[str, Post]:
    return {id_: post for id_, post in found.items() if post.row_key is None}


class ImportBatch:
    """Imports rows into one organization. Locks its settings for the whole transaction."""

    def __init__(self, session: Session, context: AppContext, organization_id: str) -> None:
        self._session = session
        self._context = context
        self._settings = social_settings.lock_organization(session, organization_id)
        self._intake = PostIntake(session, context, self._settings)
        self._posts_by_key: dict[str, AcceptedPost | PreparedPost] = {}

    def run(self, rows: Sequence[Row]) -> list[RowOutcome]:
        """Import the rows; the outcomes in the same order."""
        checked = self.check(rows)
        new_posts = [each for each in checked if isinstance(each, PreparedPost)]
        fresh = list({id(each): each for each in new_posts}.values())
        accepted = self._intake.insert(fresh)
        self._seat(accepted)
        new = {each.post.id: each for each in accepted}
        return [_to_outcome(each, new) for each in checked]

    def check(self, rows: Sequence[Row]) -> list[RowCheck]:
        """What importing the rows would do, without writing. Rows of the same key are one post."""
        if not self._settings.is_enabled:
            return [[FieldError(field="row", message=POSTING_DISABLED)] for _ in rows]
        keys = [row.key for row in rows if row.body is not None]
        self._posts_by_key |= find_imported_posts(
            self._session, self._settings.organization_id, keys
        )
        return [self._check(row) for row in rows]

    def _check(self, row: Row) -> RowCheck:
        owner = self._settings.organization_id
        if row.body is None or row.problems:
            return row.problems
        if row.body.organizationId not in (None, owner):
            return [FieldError(field="organizationId", message="is not the one that imports")]
        if row.key in self._posts_by_key:
            return self._posts_by_key[row.key]
        try:
            prepared = self._posts_by_key[row.key] = self._intake.prepare(row.body, row.key)
        except ServiceError as error:
            return error.details or [FieldError(field="row", message=error.message)]
        return prepared

    def _seat(self, accepted: list[AcceptedPost]) -> None:
        """Seat the whole backlog, these posts last, and read their new status and slot."""
        waiting = {
            each.post.id: each.post for each in accepted if each.post.status == PostStatus.BACKLOG
        }
        if not waiting:
            return
        session, now = self._session, clock.now(self._session)
        seat_backlog(session, self._settings, now, self._context.scheduling)
        for post_id, status, at in posts.load_statuses(session, list(waiting)):
            waiting[post_id].status, waiting[post_id].scheduled_for = status, at


def _to_outcome(checked: RowCheck, new: dict[str, AcceptedPost]) -> RowOutcome:
    """The outcome of a row. The first row of a key creates the post; later rows find it."""
    if not isinstance(checked, PreparedPost):
        return checked
    accepted = new[checked.post.id]
    new[checked.post.id] = replace(accepted, is_new=False)
    return accepted
