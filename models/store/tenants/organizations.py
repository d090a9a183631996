"""Organizations: create, list, and find by an API key or by the token of the calendar feed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, update
from sqlalchemy import select as select_row
from sqlmodel import Session, col, select

from models.actors import Actor
from models.organizations import Organization, SocialSettings
from models.store import clock
from models.store.tenants.api_keys import (
    KeyGrant,
    actor_of,
    create_key,
    hash_key,
    is_use_due,
    utc_now,
    valid_at,
)
from models.store.tenants.connections import ensure_connection
from models.tables import API_KEY, ORGANIZATION, SETTINGS


def create(session: Session, name: str, provider: str) -> tuple[Organization, str]:
    """A new organization with its settings, and its first API key in clear, never shown again."""
    organization = Organization(name=name, created_at=clock.now(session))
    session.add(organization)
    session.flush()
    session.add(SocialSettings(organization_id=organization.id))
    ensure_connection(session, organization.id, provider)
    return organization, create_key(session, organization.id, KeyGrant("First key"))[1]


@dataclass(frozen=True, slots=True)
class Tenant:
    """The organization of a request, whether social posting is enabled for it, and whether the
    operator has switched it off; then nothing is enabled."""

    id: str
    is_enabled: bool
    is_suspended: bool = False


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """The organization of an API key, and the key as who makes changes. `is_use_due`: that it is
    used must be written (`api_keys.record_use`)."""

    tenant: Tenant
    actor: Actor
    is_use_due: bool


def find_tenant_by_key(connection: Connection, key: str) -> KeyHolder | None:
    """The organization of an API key; None for a key that is unknown, revoked or expired."""
    now = utc_now()
    row = connection.execute(_BY_KEY, {"key": hash_key(key), "now": now}).first()
    if row is None:
        return None
    *owner, key_id, name, scopes, last_used_at = row
    actor = actor_of(key_id, name, scopes)
    return KeyHolder(_to_tenant(owner), actor, is_use_due(last_used_at, now))


def find_tenant(session: Session, organization_id: str) -> Tenant | None:
    """An organization by its id; None if there is none."""
    row = session.connection().execute(_BY_ID, {"id": organization_id}).first()
    return None if row is None else _to_tenant(row)


_SWITCHES = (SETTINGS.c.is_enabled, SETTINGS.c.suspended_at)
_NOW = bindparam("now", type_=API_KEY.c.created_at.type)
_KEY = (API_KEY.c.id, API_KEY.c.name, API_KEY.c.scopes, API_KEY.c.last_used_at)
_BY_KEY = (
    select_row(API_KEY.c.organization_id, *_SWITCHES, *_KEY)
    .outerjoin(SETTINGS, SETTINGS.c.organization_id == API_KEY.c.organization_id)
    .where(
        API_KEY.c.key_hash == bindparam("key"),
        valid_at(bindparam("now", type_=API_KEY.c.created_at.type)),
    )
)
_BY_ID = (
    select_row(ORGANIZATION.c.id, *_SWITCHES)
    .outerjoin(SETTINGS, SETTINGS.c.organization_id == ORGANIZATION.c.id)
    .where(ORGANIZATION.c.id == bindparam("id"))
)


def _to_tenant(row: Sequence[Any]) -> Tenant:
    """An organization without settings has the defaults: social posting is enabled."""
    id_, is_enabled, suspended_at = row
    is_suspended = suspended_at is not None
    return Tenant(id_, is_enabled is not False and not is_suspended, is_suspended)


def list_all(session: Session) -> list[Organization]:
    """All organizations, oldest first."""
    return list(session.exec(select(Organization).order_by(col(Organization.id))))


@dataclass(frozen=True, slots=True)
class OrganizationState:
    """An organization as its operator sees it: since when it is switched off, and by whom, when its
    deletion was asked for, and whether what may still go out holds that up."""

    id: str
    name: str
    created_at: datetime
    suspended_at: datetime | None
    suspended_by: str | None
    deletion_at: datetime | None
    is_deletion_forced: bool


def list_states(session: Session, organization_id: str | None = None) -> list[OrganizationState]:
    """All organizations, oldest first; or the one with this id, if there is one."""
    query = (
        select(Organization, SocialSettings)
        .outerjoin(SocialSettings, col(SocialSettings.organization_id) == Organization.id)
        .order_by(col(Organization.id))
    )
    if organization_id is not None:
        query = query.where(Organization.id == organization_id)
    return [_to_state(*row) for row in session.exec(query)]


def _to_state(row: Organization, settings: SocialSettings | None) -> OrganizationState:
    known = settings or SocialSettings(organization_id=row.id)
    return OrganizationState(
        row.id,
        row.name,
        row.created_at,
        known.suspended_at,
        known.suspended_by,
        known.deletion_at,
        known.is_deletion_forced,
    )


def count_suspended(session: Session) -> tuple[int, int]:
    """How many are switched off by the operator, and how many of them are being deleted."""
    query = select(
        func.count(col(SocialSettings.suspended_at)), func.count(col(SocialSettings.deletion_at))
    )
    return session.exec(query).one()


def rename(session: Session, organization_id: str, name: str) -> None:
    """Give an organization another name."""
    statement = update(ORGANIZATION).where(ORGANIZATION.c.id == organization_id)
    session.connection().execute(statement.values(name=name))


def read_name(session: Session, organization_id: str) -> str:
    """The organization's name."""
    return session.get_one(Organization, organization_id).name


def set_feed_token(session: Session, organization_id: str, token: str | None) -> None:
    """Set the token of the organization's calendar feed; None removes the feed."""
    digest = _hash_token(token) if token is not None else None
    session.connection().execute(
        update(SETTINGS)
        .where(SETTINGS.c.organization_id == organization_id)
        .values(feed_token_hash=digest)
    )


def find_by_feed_token(session: Session, token: str) -> Organization | None:
    """The organization of a feed token, unless the operator has switched it off. The query compares
    hashes, so that its duration reveals nothing about the token."""
    query = (
        select(Organization)
        .join(SocialSettings, col(SocialSettings.organization_id) == Organization.id)
        .where(SocialSettings.feed_token_hash == _hash_token(token))
        .where(col(SocialSettings.suspended_at).is_(None))
    )
    return session.exec(query).first()


def _hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
