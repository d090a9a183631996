"""Organizations, their API keys, settings and workspaces."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, update
from sqlmodel import Session, col, select

from models.organizations import ApiKey, Organization, SocialSettings, Workspace
from models.store import clock
from models.store.jobs import job_queue
from models.store.posts.posts import WORKSPACE
from models.task_names import JobKind

KEY_PREFIX = "sb_"


def create(session: Session, name: str, provider: str) -> tuple[Organization, str]:
    """A new organization with its settings, and its first API key in clear, never shown again."""
    organization = Organization(name=name, created_at=clock.now(session))
    session.add(organization)
    session.flush()
    session.add(SocialSettings(organization_id=organization.id))
    ensure_workspace(session, organization.id, provider)
    return organization, create_key(session, organization.id)


def create_key(session: Session, organization_id: str) -> str:
    """A new API key of an organization, in clear; the database keeps its hash alone."""
    return new_key(session, organization_id)[1]


def new_key(session: Session, organization_id: str) -> tuple[str, str]:
    """The id of a new API key, and the key in clear."""
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    row = ApiKey(
        organization_id=organization_id, key_hash=hash_key(key), created_at=clock.now(session)
    )
    session.add(row)
    session.flush()
    return row.id, key


def list_keys(session: Session, organization_id: str) -> list[ApiKey]:
    """The API keys of an organization, revoked ones too, oldest first."""
    query = select(ApiKey).where(ApiKey.organization_id == organization_id)
    return list(session.exec(query.order_by(col(ApiKey.id))))


def revoke_key(session: Session, key_id: str) -> ApiKey | None:
    """Let a key open nothing any more; harmless to repeat. None when there is no such key."""
    key = session.get(ApiKey, key_id)
    if key is not None and key.revoked_at is None:
        key.revoked_at = clock.now(session)
        session.flush()
    return key


def hash_key(key: str) -> str:
    """What the database keeps of a key."""
    # A fast hash will do: the key holds 256 random bits, so there is nothing to guess.
    return hashlib.sha256(key.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Tenant:
    """An organization that somebody speaks for, and whether social posting is on for it."""

    id: str
    is_enabled: bool


def find_tenant_by_key(session: Session, key: str) -> Tenant | None:
    """Whom a key speaks for; None for an unknown or revoked one."""
    query = select(ApiKey.organization_id, SocialSettings.is_enabled).where(
        ApiKey.key_hash == hash_key(key), col(ApiKey.revoked_at).is_(None)
    )
    return _to_tenant(session.exec(_with_settings(query, ApiKey.organization_id)).first())


def find_tenant(session: Session, organization_id: str) -> Tenant | None:
    """An organization by its id; None when there is none."""
    query = select(Organization.id, SocialSettings.is_enabled).where(
        Organization.id == organization_id
    )
    return _to_tenant(session.exec(_with_settings(query, Organization.id)).first())


def _with_settings(query: Any, organization_id: Any) -> Any:  # noqa: ANN401
    return query.outerjoin(SocialSettings, SocialSettings.organization_id == organization_id)


def _to_tenant(row: tuple[str, bool | None] | None) -> Tenant | None:
    """One without a row of settings has the defaults: social posting is on."""
    return None if row is None else Tenant(row[0], row[1] is not False)


def list_all(session: Session) -> list[Organization]:
    """All organizations, oldest first."""
    return list(session.exec(select(Organization).order_by(col(Organization.id))))


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
