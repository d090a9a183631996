"""The history of posts: append rows, read them, count calls.

A row with a new status of a post also records the event for webhooks (`post_events`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from models.actors import current_actor
from models.statuses import PostStatus
from models.store.sql import write_buffer
from models.store.sql.bulk import chunks
from models.store.webhooks import post_events
from models.tables import ATTEMPT

POST_STATUSES = frozenset(PostStatus)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change of state. `subject_id` is the post's, a delivery's or a media's id; `actor`: who
    made it (`models.actors`), None if that was not recorded yet.

    `emits_event` is False if the post's status and instant did not change.
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
    actor: str | None = field(default_factory=lambda: str(current_actor()), compare=False)
    emits_event: bool = field(default=True, compare=False)


COLUMNS = tuple(name for name in HistoryEntry.__slots__ if name != "emits_event")


def record(session: Session, *entries: HistoryEntry) -> None:
    """Append rows, and record an event for each new status of a post."""
    if entries:
        write_buffer.insert_rows(session, ATTEMPT, rows_of(entries))
    record_events(session, entries)


def rows_of(entries: Iterable[HistoryEntry]) -> list[dict[str, Any]]:
    """The rows of these entries, for a caller that inserts them and records their events."""
    return [{name: getattr(entry, name) for name in COLUMNS} for entry in entries]


def record_events(session: Session, entries: Iterable[HistoryEntry]) -> None:
    """Record an event for each new status of a post."""
    for event in entries:
        if (
            event.emits_event
            and event.subject_id == event.post_id
            and event.outcome in POST_STATUSES
        ):
            post_events.record(session, event.post_id, event.outcome, event.at)


def list_for_post(session: Session, post_id: str) -> list[HistoryEntry]:
    """The rows of a post, oldest first."""
    columns = [ATTEMPT.c[name] for name in COLUMNS]
    rows = session.connection().execute(
        select(*columns).where(ATTEMPT.c.post_id == post_id).order_by(ATTEMPT.c.id)
    )
    return [HistoryEntry(*row) for row in rows]


def count_calls(session: Session, post_ids: list[str]) -> dict[str, int]:
    """The number of steps at the provider for each post, retries included."""
    rows = session.connection().execute(
        select(ATTEMPT.c.post_id, func.count())
        .where(ATTEMPT.c.post_id.in_(post_ids), ATTEMPT.c.duration_ms.is_not(None))
        .group_by(ATTEMPT.c.post_id)
    )
    return {row[0]: row[1] for row in rows}


def last_changes(session: Session, post_ids: list[str]) -> dict[str, datetime]:
    """The instant of the last history row of each post."""
    latest = func.max(ATTEMPT.c.at, type_=ATTEMPT.c.at.type)
    changed_at: dict[str, datetime] = {}
    for chunk in chunks(post_ids):
        query = select(ATTEMPT.c.post_id, latest).where(ATTEMPT.c.post_id.in_(chunk))
        rows = session.connection().execute(query.group_by(ATTEMPT.c.post_id))
        changed_at |= {row[0]: row[1] for row in rows}
    return changed_at
