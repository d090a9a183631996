"""Workspaces (sets of provider credentials): find an organization's, block one, list all."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, or_, update
from sqlmodel import Session, col, select

from models.accounts import Workspace
from models.store import clock
from models.store.jobs import job_queue
from models.tables import WORKSPACE
from models.task_names import JobKind


def find_workspace(session: Session, organization_id: str, provider: str) -> Workspace | None:
    """The organization's own workspace if it has credentials, else the environment's, or None."""
    has_own = col(Workspace.credentials).is_not(None)
    own = and_(col(Workspace.organization_id) == organization_id, has_own)
    shared = col(Workspace.organization_id).is_(None)
    query = select(Workspace).where(Workspace.provider == provider, or_(own, shared))
    return session.exec(query.order_by(shared)).first()


def ensure_workspace(session: Session, organization_id: str, provider: str) -> Workspace:
    """The workspace that `find_workspace` finds; inserts the environment's if there is none."""
    shared = find_workspace(session, organization_id, provider)
    if shared is None:
        shared = Workspace(provider=provider)
        session.add(shared)
        session.flush()
        job_queue.enqueue(session, JobKind.ACCOUNTS, shared.id, clock.now(session))
    return shared


def providers_of(session: Session, ids: Collection[str]) -> dict[str, str]:
    """The providers' names of these workspaces, by id."""
    query = select(Workspace.id, Workspace.provider).where(col(Workspace.id).in_(ids))
    return dict(session.exec(query).all()) if ids else {}


def block_workspace(session: Session, workspace_id: str, until: datetime) -> None:
    """Block calls of all workers with this workspace until `until`; a later block stays."""
    is_earlier = WORKSPACE.c.blocked_until.is_(None) | (WORKSPACE.c.blocked_until < until)
    session.connection().execute(
        update(WORKSPACE)
        .where(WORKSPACE.c.id == workspace_id, is_earlier)
        .values(blocked_until=until)
    )


def blocked_until(session: Session, workspace_id: str) -> datetime | None:
    """Until when calls with this workspace are blocked; None if they were never blocked."""
    return session.exec(select(Workspace.blocked_until).where(Workspace.id == workspace_id)).one()


def record_refusal(session: Session, workspace_id: str, now: datetime) -> None:
    """Record that the provider rejects the credentials; the first instant stays."""
    session.connection().execute(
        update(WORKSPACE)
        .where(WORKSPACE.c.id == workspace_id, WORKSPACE.c.refused_at.is_(None))
        .values(refused_at=now)
    )


def list_workspaces(session: Session) -> list[Workspace]:
    """All workspaces, the oldest first."""
    return list(session.exec(select(Workspace).order_by(col(Workspace.id))))
