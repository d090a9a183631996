"""What the database knows of whether an organization's posts can go out, read by one query."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Label, and_, func, or_, select
from sqlmodel import Session

from models.store.jobs import heartbeats
from models.tables import HEARTBEAT, JOB, ORGANIZATION, WORKSPACE
from models.task_names import JobKind


@dataclass(frozen=True, slots=True)
class PublishingState:
    """The last heartbeats of beat and of a worker, and the state of the organization's workspace.

    `workspace_id` is None before its first post. `next_sync_at`: when its accounts job wakes.
    """

    beat: datetime | None
    worker: datetime | None
    workspace_id: str | None
    blocked_until: datetime | None
    refused_at: datetime | None
    credentials_at: datetime | None
    synced_at: datetime | None
    next_sync_at: datetime | None

    def missing_kinds(self, now: datetime) -> list[str]:
        """The kinds of processes of which none is alive."""
        seen = {"beat": self.beat, "worker": self.worker}
        return heartbeats.missing_kinds(((kind, at) for kind, at in seen.items() if at), now)


def read_publishing_state(
    session: Session, organization_id: str, provider: str
) -> PublishingState | None:
    """The state for an organization; None if there is no such organization."""
    has_own = and_(
        WORKSPACE.c.organization_id == organization_id, WORKSPACE.c.credentials.is_not(None)
    )
    shared = WORKSPACE.c.organization_id.is_(None)
    query = (
        select(
            *map(_last_heartbeat, heartbeats.NEEDED_KINDS),
            WORKSPACE.c.id,
            WORKSPACE.c.blocked_until,
            WORKSPACE.c.refused_at,
            WORKSPACE.c.credentials_at,
            WORKSPACE.c.accounts_synced_at,
            JOB.c.wake_at,
        )
        .select_from(ORGANIZATION)
        .outerjoin(WORKSPACE, and_(WORKSPACE.c.provider == provider, or_(has_own, shared)))
        .outerjoin(JOB, and_(JOB.c.kind == JobKind.ACCOUNTS, JOB.c.subject_id == WORKSPACE.c.id))
        .where(ORGANIZATION.c.id == organization_id)
        .order_by(shared)
    )
    row = session.connection().execute(query).first()
    if row is None:
        return None
    values: tuple[Any, ...] = tuple(row)
    return PublishingState(*values)


def _last_heartbeat(kind: str) -> Label[datetime | None]:
    query = select(func.max(HEARTBEAT.c.at)).where(HEARTBEAT.c.kind == kind)
    return query.scalar_subquery().label(kind)
