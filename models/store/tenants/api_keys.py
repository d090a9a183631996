"""API keys: create, list, revoke, and find the organization of a key."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, or_, update
from sqlmodel import Session, col, select

from models.actors import ALL_SCOPES, Actor, ActorKind, current_actor
from models.organizations import ApiKey
from models.store import clock
from models.tables import API_KEY

KEY_PREFIX = "sb_"
DEFAULT_NAME = "API key"
# How old `last_used_at` may be: a row is not written at every request.
USE_INTERVAL = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class KeyGrant:
    """What a new key is called, what it may do, and until when."""

    name: str = DEFAULT_NAME
    scopes: Sequence[str] = ALL_SCOPES
    expires_at: datetime | None = None


def create_key(
    session: Session, organization_id: str, grant: KeyGrant | None = None
) -> tuple[str, str]:
    """A new API key: the id of its row, and the key in clear, which is not stored."""
    key, wanted = KEY_PREFIX + secrets.token_urlsafe(32), grant or KeyGrant()
    row = ApiKey(
        organization_id=organization_id,
        key_hash=hash_key(key),
        name=wanted.name,
        scopes=[each for each in ALL_SCOPES if each in wanted.scopes],
        created_at=clock.now(session),
        created_by=str(current_actor()),
        expires_at=wanted.expires_at,
    )
    session.add(row)
    session.flush()
    return row.id, key


def list_keys(session: Session, organization_id: str) -> list[ApiKey]:
    """The API keys of an organization, including revoked ones, oldest first."""
    query = select(ApiKey).where(ApiKey.organization_id == organization_id)
    return list(session.exec(query.order_by(col(ApiKey.id))))


def find_key(session: Session, organization_id: str, key_id: str) -> ApiKey | None:
    """A key of the organization by its row id; None if it has no such key."""
    query = select(ApiKey).where(ApiKey.organization_id == organization_id, ApiKey.id == key_id)
    return session.exec(query).first()


def revoke_key(session: Session, key_id: str) -> ApiKey | None:
    """Revoke a key; harmless to repeat. None if there is no such key."""
    key = session.get(ApiKey, key_id)
    if key is not None and key.revoked_at is None:
        key.revoked_at = clock.now(session)
        session.flush()
    return key


def record_use(session: Session, key_id: str, now: datetime) -> None:
    """The key is used."""
    before = API_KEY.c.last_used_at < now - USE_INTERVAL
    is_due = or_(API_KEY.c.last_used_at.is_(None), before)
    statement = update(API_KEY).where(API_KEY.c.id == key_id, is_due)
    session.connection().execute(statement.values(last_used_at=now))


def is_use_due(last_used_at: datetime | None, now: datetime) -> bool:
    """Whether a use of the key must be written."""
    return last_used_at is None or last_used_at < now - USE_INTERVAL


def hash_key(key: str) -> str:
    """The hash of a key, as it is stored."""
    # A fast hash is enough: the key has 256 random bits, so nobody can guess it.
    return hashlib.sha256(key.encode()).hexdigest()


def is_valid(row: ApiKey, now: datetime) -> bool:
    """Whether a key opens anything: it is neither revoked nor expired."""
    return row.revoked_at is None and (row.expires_at is None or row.expires_at > now)


def valid_at(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """The same, as the condition of a query."""
    in_time = or_(API_KEY.c.expires_at.is_(None), API_KEY.c.expires_at > now)
    return API_KEY.c.revoked_at.is_(None) & in_time


def actor_of(key_id: str, name: str, scopes: Sequence[str]) -> Actor:
    """The key as who makes a change."""
    return Actor(ActorKind.KEY, name or f"key {key_id[-6:]}", key_id, tuple(scopes))


def utc_now() -> datetime:
    """The clock that ends keys and sessions: this machine's. An end may be a second off, and the
    database is not asked for its own at every request."""
    return datetime.now(UTC)
