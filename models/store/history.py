"""History: what happened to a post, row by row.

A row that says that a post has another status is where those who listen are told of it, too.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Table, func, select
from sqlmodel import Session

from models.jobs import Attempt
from models.statuses import PostStatus
from models.store import announce, gathered

ATTEMPT: Table = Attempt.__table__  # type: ignore[attr-defined]
STATUSES = frozenset(PostStatus)


@dataclass(frozen=True, slots=True)
class Event:
    """One change of state. `subject_id` is the post's, a delivery's or a media's id.

    `is_news` is False where a post's status and instant stay as they were.
    """

    post_id: str
    subject_id: str
    step: str
    outcome: str
    at: datetime
    duration_ms: int | None = None
    http_status: int | None = None
    error: str | None = None
    next_attempt_at: datetime | None = None
    is_news: bool = field(default=True, compare=False)


COLUMNS = tuple(name for name in Event.__slots__ if name != "is_news")


def record(session: Session, *events: Event) -> None:
    """Append rows, and mark the posts that have another status for those who listen."""
    if events:
        rows = [{name: getattr(event, name) for name in COLUMNS} for event in events]
        gathered.append(session, ATTEMPT, rows)
    for event in events:
        if event.is_news and event.subject_id == event.post_id and event.outcome in STATUSES:
            announce.mark(session, event.post_id, event.outcome, event.at)


def of_post(session: Session, post_id: str) -> list[Event]:
    """The rows of a post, oldest first."""
    columns = [ATTEMPT.c[name] for name in COLUMNS]
    rows = session.connection().execute(
        select(*columns).where(ATTEMPT.c.post_id == post_id).order_by(ATTEMPT.c.id)
    )
    return [Event(*row) for row in rows]


def calls_by_post(session: Session, post_ids: list[str]) -> dict[str, int]:
    """How many steps at the provider each post took, retries included."""
    rows = session.connection().execute(
        select(ATTEMPT.c.post_id, func.count())
        .where(ATTEMPT.c.post_id.in_(post_ids), ATTEMPT.c.duration_ms.is_not(None))
        .group_by(ATTEMPT.c.post_id)
    )
    return {row[0]: row[1] for row in rows}
