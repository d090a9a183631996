"""What the database knows of whether an organization's posts can go out, read by one query."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Label, and_, exists, func, select
from sqlmodel import Session

from models.store.jobs import heartbeats
from models.store.tenants.connections import is_used_by
from models.tables import ACCOUNT, CONNECTION, HEARTBEAT, JOB, ORGANIZATION, SETTINGS
from models.task_names import JobKind


@dataclass(frozen=True, slots=True)
class ConnectionState:
    """A connection that an organization uses. `next_sync_at`: when its accounts job wakes.

    `has_accounts`: some of its accounts were read, though perhaps not all of them. `is_own`: its
    credentials are the organization's, not the environment's.
    """

    id: str
    provider: str
    blocked_until: datetime | None
    refused_at: datetime | None
    credentials_at: datetime | None
    synced_at: datetime | None
    next_sync_at: datetime | None
    has_accounts: bool
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class PublishingState:
    """The last heartbeats of beat and of a worker, the connections that the organization uses, and
    what its settings forbid."""

    beat: datetime | None
    worker: datetime | None
    connections: tuple[ConnectionState, ...]
    is_paused: bool = False
    is_enabled: bool = True

    def missing_kinds(self, now: datetime) -> list[str]:
        """The kinds of processes of which none is alive."""
        seen = {"beat": self.beat, "worker": self.worker}
        return heartbeats.missing_kinds(((kind, at) for kind, at in seen.items() if at), now)


def read_publishing_state(session: Session, organization_id: str) -> PublishingState | None:
    """The state for an organization; None if there is no such organization."""
    query = (
        select(
            *map(_last_heartbeat, heartbeats.NEEDED_KINDS),
            SETTINGS.c.is_paused,
            SETTINGS.c.is_enabled,
            *_CONNECTION_STATE,
        )
        .select_from(ORGANIZATION)
        .outerjoin(SETTINGS, SETTINGS.c.organization_id == ORGANIZATION.c.id)
        .outerjoin(CONNECTION, is_used_by(ORGANIZATION.c.id))
        .outerjoin(JOB, and_(JOB.c.kind == JobKind.ACCOUNTS, JOB.c.subject_id == CONNECTION.c.id))
        .where(ORGANIZATION.c.id == organization_id)
        .order_by(CONNECTION.c.organization_id.is_(None), CONNECTION.c.id)
    )
    rows: list[Any] = list(session.connection().execute(query))
    if not rows:
        return None
    beat, worker, is_paused, is_enabled, *_ = rows[0]
    used = tuple(ConnectionState(*row[4:]) for row in rows if row.id is not None)
    return PublishingState(beat, worker, used, bool(is_paused), is_enabled is not False)


_CONNECTION_STATE = (
    CONNECTION.c.id,
    CONNECTION.c.provider,
    CONNECTION.c.blocked_until,
    CONNECTION.c.refused_at,
    CONNECTION.c.credentials_at,
    CONNECTION.c.accounts_synced_at,
    JOB.c.wake_at,
    exists()
    .where(ACCOUNT.c.connection_id == CONNECTION.c.id)
    .correlate(CONNECTION)
    .label("has_accounts"),
    CONNECTION.c.organization_id.is_not(None).label("is_own"),
)


def _last_heartbeat(kind: str) -> Label[datetime | None]:
    query = select(func.max(HEARTBEAT.c.at)).where(HEARTBEAT.c.kind == kind)
    return query.scalar_subquery().label(kind)
