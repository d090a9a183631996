"""History: what happened to a post, row by row."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, func, select
from sqlmodel import Session

from models.jobs import Attempt
from models.store import gathered

ATTEMPT: Table = Attempt.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Event:
    """One change of state. `subject_id` is the post's, a delivery's or a media's id."""

    post_id: str
    subject_id: str
    step: str
    outcome: str
    at: datetime
    duration_ms: int | None = None
    http_status: int | None = None
    error: str | None = None
    next_attempt_at: datetime | None = None


def record(session: Session, *events: Event) -> None:
    """Append rows."""
    if events:
        rows = [{name: getattr(event, name) for name in Event.__slots__} for event in events]
        gathered.append(session, ATTEMPT, rows)


def of_post(session: Session, post_id: str) -> list[Event]:
    """The rows of a post, oldest first."""
    columns = [ATTEMPT.c[name] for name in Event.__slots__]
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
