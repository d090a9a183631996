"""Workspaces: one set of provider credentials each; which one an organization uses, and blocks."""

from datetime import datetime

from sqlalchemy import and_, or_, update
from sqlmodel import Session, col, select

from models.accounts import Workspace
from models.store import clock
from models.store.jobs import job_queue
from models.tables import WORKSPACE
from models.task_names import JobKind


def find_workspace(session: Session, organization_id: str, provider: str) -> Workspace | None:
    """The organization's own workspace, if it has credentials, else the environment's, if any."""
    has_own = col(Workspace.credentials).is_not(None)
    own = and_(col(Workspace.organization_id) == organization_id, has_own)
    shared = col(Workspace.organization_id).is_(None)
    query = select(Workspace).where(Workspace.provider == provider, or_(own, shared))
    return session.exec(query.order_by(shared)).first()


def ensure_workspace(session: Session, organization_id: str, provider: str) -> Workspace:
    """The same, made if new."""
    shared = find_workspace(session, organization_id, provider)
    if shared is None:
        shared = Workspace(provider=provider)
        session.add(shared)
        session.flush()
        job_queue.enqueue(session, JobKind.ACCOUNTS, shared.id, clock.now(session))
    return shared


def block_workspace(session: Session, workspace_id: str, until: datetime) -> None:
    """Let no worker call this workspace's provider before `until`; a later block stays."""
    free = WORKSPACE.c.blocked_until.is_(None) | (WORKSPACE.c.blocked_until < until)
    session.connection().execute(
        update(WORKSPACE).where(WORKSPACE.c.id == workspace_id, free).values(blocked_until=until)
    )


def blocked_until(session: Session, workspace_id: str) -> datetime | None:
    """Until when nobody may call this workspace's provider."""
    return session.exec(select(Workspace.blocked_until).where(Workspace.id == workspace_id)).one()


def record_refusal(session: Session, workspace_id: str, now: datetime) -> None:
    """Leave a sign for people that the provider refuses the keys; the first instant stays."""
    session.connection().execute(
        update(WORKSPACE)
        .where(WORKSPACE.c.id == workspace_id, WORKSPACE.c.refused_at.is_(None))
        .values(refused_at=now)
    )


def list_workspaces(session: Session) -> list[Workspace]:
    """All workspaces, the oldest first."""
    return list(session.exec(select(Workspace).order_by(col(Workspace.id))))
