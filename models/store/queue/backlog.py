"""The backlog: posts that wait for a seat, and which of them a seat search has turned away."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, case, exists, func, select, text, update
from sqlmodel import Session

from models.posts import IS_UNTRIED_SQL
from models.statuses import PostStatus
from models.store.sql.bulk import chunks
from models.tables import POST


@dataclass(frozen=True, slots=True)
class BacklogPost:
    """A post of the backlog; `wait_reason`: why the last seat search turned it away."""

    id: str
    post_type: str
    video_key: str | None
    wait_reason: str | None = None


def is_empty(session: Session, organization_id: str) -> bool:
    """Whether no post waits for a seat."""
    waiting = exists().where(
        POST.c.organization_id == organization_id, POST.c.status == PostStatus.BACKLOG
    )
    return not session.connection().scalar(select(waiting))


def list_all(session: Session, organization_id: str) -> list[BacklogPost]:
    """The posts that wait for a seat, oldest first."""
    query = _BACKLOG.where(
        POST.c.organization_id == organization_id, POST.c.status == PostStatus.BACKLOG
    )
    return [BacklogPost(*row) for row in session.connection().execute(query)]


def list_untried(session: Session, organization_id: str) -> list[BacklogPost]:
    """The posts of the backlog that no seat search has tried yet, oldest first."""
    rows = session.connection().execute(_UNTRIED, {"owner": organization_id})
    return [BacklogPost(*row) for row in rows]


_BACKLOG = select(
    POST.c.id,
    POST.c.post_type,
    POST.c.video_key,
    case((POST.c.is_turned_away, POST.c.reason), else_=None),
).order_by(POST.c.accepted_at, POST.c.id)
_UNTRIED = _BACKLOG.where(POST.c.organization_id == bindparam("owner"), text(IS_UNTRIED_SQL))


def set_turned_away(session: Session, post_ids: Sequence[str], reason: str) -> None:
    """Record that a seat search found no seat for these posts of the backlog, and why."""
    for chunk in chunks(post_ids):
        session.connection().execute(
            update(POST).where(POST.c.id.in_(chunk)).values(is_turned_away=True, reason=reason)
        )


def count(session: Session, organization_id: str) -> int:
    """The number of posts that wait for a seat."""
    query = select(func.count()).where(
        POST.c.organization_id == organization_id, POST.c.status == PostStatus.BACKLOG
    )
    return int(session.connection().execute(query).scalar_one())
