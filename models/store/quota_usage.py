"""How much of each quota the organizations use. All queries read indexes."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, func, select
from sqlmodel import Session

from models.statuses import SETTLED_POSTS, PostStatus
from models.tables import IDEMPOTENCY_KEY, POST, STORED_FILE

OPEN_POSTS = tuple(status for status in PostStatus if status not in SETTLED_POSTS)


@dataclass(frozen=True, slots=True)
class Usage:
    """What one organization uses."""

    open_posts: int = 0
    stored_files: int = 0
    stored_bytes: int = 0
    kept_answers: int = 0


def count_open_posts(session: Session, organization_id: str) -> int:
    """The organization's posts that have not ended."""
    own = (POST.c.organization_id == organization_id, POST.c.status.in_(OPEN_POSTS))
    return session.connection().execute(select(func.count()).where(*own)).scalar_one()


def stored_files(session: Session, organization_id: str) -> tuple[int, int]:
    """The number of the organization's files, and their bytes."""
    query = select(func.count(), func.coalesce(func.sum(STORED_FILE.c.size), 0))
    row = session.connection().execute(
        query.where(STORED_FILE.c.organization_id == organization_id)
    )
    files, used = row.one()
    return files, int(used)


def count_keys(session: Session, organization_id: str) -> int:
    """The organization's idempotency keys."""
    own = IDEMPOTENCY_KEY.c.organization_id == organization_id
    return session.connection().execute(select(func.count()).where(own)).scalar_one()


def all_usage(session: Session) -> dict[str, Usage]:
    """What each organization uses, by its id; organizations that use nothing are missing."""
    posts = _count_by_owner(session, POST, POST.c.status.in_(OPEN_POSTS))
    keys = _count_by_owner(session, IDEMPOTENCY_KEY)
    owners = _count_by_owner(session, STORED_FILE)
    files = {owner: stored_files(session, owner) for owner in owners}
    return {
        owner: Usage(posts.get(owner, 0), *files.get(owner, (0, 0)), keys.get(owner, 0))
        for owner in posts.keys() | keys.keys() | files.keys()
    }


def _count_by_owner(
    session: Session, table: Table, *conditions: ColumnElement[bool]
) -> dict[str, int]:
    owner = table.c.organization_id
    query = select(owner, func.count()).where(*conditions).group_by(owner)
    return {row.organization_id: row[1] for row in session.connection().execute(query)}
