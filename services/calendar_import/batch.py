"""Importing a batch of rows in one transaction. Each row becomes a new post, is the same as an
earlier post, or is refused with its problems."""

import re
from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from models.posts import Post
from models.store.jobs import job_queue
from models.store.posts import posts
from models.store.tenants import social_settings
from models.task_names import JobKind
from services.calendar_import.partial_body import further_problems
from services.calendar_import.row_changes import ImportedPost, known_post
from services.calendar_import.rows import Row
from services.context import AppContext
from services.errors import POSTING_DISABLED, SWITCHED_OFF, FieldError, ServiceError
from services.inputs.post_bodies import PublishBody
from services.posts.post_warnings import warnings_by_post
from services.posts.publish import AcceptedPost, PostIntake, PreparedPost
from services.thread_presenter import files_by_text, own_files

RowOutcome = AcceptedPost | list[FieldError]
RowCheck = AcceptedPost | PreparedPost | list[FieldError]
_ID = re.compile("[0-9a-f]{32}")


def find_imported_posts(
    session: Session, context: AppContext, organization_id: str, keys: Sequence[str]
) -> dict[str, ImportedPost]:
    """The posts that earlier imports made, by row key.

    An export writes the id of a post that has no key, so such a post is found by its id too.
    """
    wanted = list(dict.fromkeys(keys))
    found = posts.find_by_row_keys(session, organization_id, wanted)
    ids = [key for key in wanted if key not in found and _ID.fullmatch(key)]
    found |= _without_key(posts.find_by_ids(session, organization_id, ids))
    post_ids = [post.id for post in found.values()]
    job_ids = job_queue.ids_of(session, JobKind.POST, post_ids)
    media, deliveries = posts.load_parts(session, post_ids)
    warnings = warnings_by_post(session, found.values())
    decrypt = context.cipher.decrypt
    return {
        key: ImportedPost(
            post,
            job_ids[post.id],
            [decrypt(each.source_url) for each in media[post.id]],
            deliveries[post.id],
            [each.alt_text for each in own_files(media[post.id])],
            warnings[post.id],
            files_by_text(post, media[post.id]),
        )
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
        self._posts_by_key: dict[str, ImportedPost | PreparedPost] = {}

    def run(self, rows: Sequence[Row]) -> list[RowOutcome]:
        """Import the rows; the outcomes in the same order."""
        checked = self.check(rows)
        new_posts = [each for each in checked if isinstance(each, PreparedPost)]
        fresh = list({id(each): each for each in new_posts}.values())
        accepted = self._intake.insert(fresh)
        new = {each.post.id: each for each in accepted}
        return [_to_outcome(each, new) for each in checked]

    def check(self, rows: Sequence[Row]) -> list[RowCheck]:
        """What importing the rows would do, without writing. Rows of the same key are one post."""
        if self._settings.suspended_at is not None:
            return [[FieldError(field="row", message=SWITCHED_OFF)] for _ in rows]
        if not self._settings.is_enabled:
            return [[FieldError(field="row", message=POSTING_DISABLED)] for _ in rows]
        keys = [row.key for row in rows if row.body is not None]
        self._posts_by_key |= find_imported_posts(
            self._session, self._context, self._settings.organization_id, keys
        )
        return [self._check(row) for row in rows]

    def _check(self, row: Row) -> RowCheck:
        owner = self._settings.organization_id
        if row.body is None or row.is_fully_checked:
            return row.problems
        if row.body.organizationId not in (None, owner):
            problem = FieldError(field="organizationId", message="is not the one that imports")
            return [*row.problems, problem]
        if row.problems:
            found = self._prepare(row.body, row.key)
            more = found if isinstance(found, list) else []
            return [*row.problems, *further_problems(row.problems, more)]
        earlier = self._posts_by_key.get(row.key)
        if isinstance(earlier, ImportedPost):
            return known_post(row, earlier, self._settings)
        prepared = earlier or self._prepare(row.body, row.key, is_new=True)
        if isinstance(prepared, PreparedPost):
            self._posts_by_key[row.key] = prepared
        return prepared

    def _prepare(
        self, body: PublishBody, key: str, *, is_new: bool = False
    ) -> PreparedPost | list[FieldError]:
        try:
            prepared = self._intake.prepare(body, key)
            if is_new:
                self._intake.take_place()
        except ServiceError as error:
            return error.details or [FieldError(field="row", message=error.message)]
        return prepared


def _to_outcome(checked: RowCheck, new: dict[str, AcceptedPost]) -> RowOutcome:
    """The outcome of a row. The first row of a key creates the post; later rows find it."""
    if not isinstance(checked, PreparedPost):
        return checked
    accepted = new[checked.post.id]
    new[checked.post.id] = replace(accepted, is_new=False)
    return accepted
