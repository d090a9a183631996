"""Some rows in one transaction: each a post, one that is known already, or what is wrong."""

from collections.abc import Sequence

from sqlmodel import Session

from api.deps import SWITCHED_OFF, Surroundings
from api.errors import ApiError, FieldError
from api.importing.rows import Row
from api.posts.publish import Accepted, accept_new
from models.statuses import PostStatus
from models.store import clock, jobs, posts, seats
from models.task_names import JobKind
from scheduler import calendar

Tried = Accepted | list[FieldError]


class Batch:
    """Rows of an organization whose settings this transaction has locked."""

    def __init__(self, session: Session, around: Surroundings, organization_id: str) -> None:
        self._session = session
        self._around = around
        self._settings = seats.lock_organization(session, organization_id)
        self._known: dict[str, Accepted] = {}

    def run(self, rows: Sequence[Row]) -> list[Tried]:
        """What becomes of the rows, in their order."""
        if not self._settings.is_enabled:
            return [[FieldError(field="row", message=SWITCHED_OFF)] for _ in rows]
        self._look_up([row.key for row in rows if row.body is not None])
        tried = [self._try(row) for row in rows]
        self._seat([each for each in tried if isinstance(each, Accepted) and each.is_new])
        return tried

    def _look_up(self, keys: list[str]) -> None:
        """The posts that earlier imports made of the same rows."""
        owner = self._settings.organization_id
        found = posts.by_row_keys(self._session, owner, list(dict.fromkeys(keys)))
        job_ids = jobs.ids_of(self._session, JobKind.POST, [post.id for post in found.values()])
        for key, post in found.items():
            self._known[key] = Accepted(post, job_ids[post.id], is_new=False)

    def _try(self, row: Row) -> Tried:
        """The row's post, not seated yet; or what is wrong, with nothing of it written."""
        owner = self._settings.organization_id
        if row.body is None or row.problems:
            return row.problems
        if row.body.organizationId not in (None, owner):
            return [FieldError(field="organizationId", message="is not the one that imports")]
        if row.key in self._known:
            return self._known[row.key]
        try:
            with self._session.begin_nested():
                new = accept_new(self._session, self._around, self._settings, row.body, row.key)
        except ApiError as error:
            return error.details or [FieldError(field="row", message=error.message)]
        self._known[row.key] = Accepted(new.post, new.job_id, is_new=False)
        return new

    def _seat(self, taken: list[Accepted]) -> None:
        """Seat whoever waits, these last, and look where they sit."""
        waiting = {
            each.post.id: each.post for each in taken if each.post.status == PostStatus.BACKLOG
        }
        if not waiting:
            return
        session, now = self._session, clock.now(self._session)
        calendar.seat_backlog(session, self._settings, now, self._around.terms)
        for post_id, status, at in posts.standing(session, list(waiting)):
            waiting[post_id].status, waiting[post_id].scheduled_for = status, at
