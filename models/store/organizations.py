"""Organizations, their API keys, settings, workspaces and accounts."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.organizations import Account, ApiKey, Organization, SocialSettings, Workspace
from models.store import clock, jobs
from models.store.posts import WORKSPACE
from models.task_names import JobKind

KEY_PREFIX = "sb_"


def create(session: Session, name: str, provider: str) -> tuple[Organization, str]:
    """A new organization with its settings, and its first API key in clear, never shown again."""
    organization = Organization(name=name, created_at=clock.now(session))
    session.add(organization)
    session.flush()
    session.add(SocialSettings(organization_id=organization.id))
    workspace_of(session, organization.id, provider)
    return organization, create_key(session, organization.id)


def create_key(session: Session, organization_id: str) -> str:
    """A new API key of an organization, in clear; the database keeps its hash alone."""
    return new_key(session, organization_id)[1]


def new_key(session: Session, organization_id: str) -> tuple[str, str]:
    """The id of a new API key, and the key in clear."""
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    row = ApiKey(
        organization_id=organization_id, key_hash=_hash(key), created_at=clock.now(session)
    )
    session.add(row)
    session.flush()
    return row.id, key


def keys(session: Session, organization_id: str) -> list[ApiKey]:
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


def _hash(key: str) -> str:
    # A fast hash will do: the key holds 256 random bits, so there is nothing to guess.
    return hashlib.sha256(key.encode()).hexdigest()


def of_key(session: Session, key: str) -> str | None:
    """The id of the organization that a key speaks for; None for an unknown or revoked one."""
    query = select(ApiKey.organization_id).where(
        ApiKey.key_hash == _hash(key), col(ApiKey.revoked_at).is_(None)
    )
    return session.exec(query).first()


def listed(session: Session) -> list[Organization]:
    """All organizations, oldest first."""
    return list(session.exec(select(Organization).order_by(col(Organization.id))))


def settings(session: Session, organization_id: str) -> SocialSettings | None:
    """The settings row; None for an organization that does not exist."""
    return session.get(SocialSettings, organization_id)


def workspace_of(session: Session, organization_id: str, provider: str) -> Workspace:
    """The organization's own workspace, if it has credentials, else the environment's (made if
    new)."""
    query = select(Workspace).where(Workspace.provider == provider)
    has_own = col(Workspace.credentials).is_not(None)
    own = session.exec(query.where(Workspace.organization_id == organization_id, has_own)).first()
    shared = own or session.exec(query.where(col(Workspace.organization_id).is_(None))).first()
    if shared is None:
        shared = Workspace(provider=provider)
        session.add(shared)
        session.flush()
        jobs.enqueue(session, JobKind.ACCOUNTS, shared.id, clock.now(session))
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


@dataclass(frozen=True, slots=True)
class ConnectedProfile:
    """A profile as the provider reports it."""

    remote_id: str
    platform: str
    name: str
    username: str
    status_level: str


def accounts(session: Session, workspace_id: str) -> list[Account]:
    """The accounts of a workspace, in a stable order."""
    query = select(Account).where(Account.workspace_id == workspace_id)
    return list(session.exec(query.order_by(col(Account.id))))


def keep_accounts(
    session: Session, workspace_id: str, profiles: Sequence[ConnectedProfile], now: datetime
) -> None:
    """Bring the accounts in step with the provider; the first of a platform is its default."""
    known = {account.remote_id: account for account in accounts(session, workspace_id)}
    defaults = {account.platform for account in known.values() if account.is_default}
    for profile in profiles:
        account = known.get(profile.remote_id) or Account(
            workspace_id=workspace_id,
            remote_id=profile.remote_id,
            platform=profile.platform,
            name="",
            username="",
            status_level="",
            is_default=profile.platform not in defaults,
        )
        defaults.add(profile.platform)
        account.name, account.username = profile.name, profile.username
        account.status_level = profile.status_level
        session.add(account)
    session.flush()
    seen = {"accounts_synced_at": now, "refused_at": None}
    session.connection().execute(
        update(WORKSPACE).where(WORKSPACE.c.id == workspace_id).values(**seen)
    )
