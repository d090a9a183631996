"""API keys: create, list, revoke, and find the organization of a key."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from models.organizations import ApiKey, Organization, SocialSettings
from models.store import clock

KEY_PREFIX = "sb_"


def create_key(session: Session, organization_id: str) -> tuple[str, str]:
    """A new API key: the id of its row, and the key in clear, which is not stored."""
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    row = ApiKey(
        organization_id=organization_id, key_hash=hash_key(key), created_at=clock.now(session)
    )
    session.add(row)
    session.flush()
    return row.id, key


def list_keys(session: Session, organization_id: str) -> list[ApiKey]:
    """The API keys of an organization, including revoked ones, oldest first."""
    query = select(ApiKey).where(ApiKey.organization_id == organization_id)
    return list(session.exec(query.order_by(col(ApiKey.id))))


def revoke_key(session: Session, key_id: str) -> ApiKey | None:
    """Revoke a key; harmless to repeat. None if there is no such key."""
    key = session.get(ApiKey, key_id)
    if key is not None and key.revoked_at is None:
        key.revoked_at = clock.now(session)
        session.flush()
    return key


def hash_key(key: str) -> str:
    """The hash of a key, as it is stored."""
    # A fast hash is enough: the key has 256 random bits, so nobody can guess it.
    return hashlib.sha256(key.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class KeyOwner:
    """A valid API key, by the id of its row, and its organization."""

    key_id: str
    organization_id: str
    name: str
    timezone: str
    is_enabled: bool
    is_paused: bool
    # The operator has switched the organization off: the key opens nothing.
    is_suspended: bool = False


def find_by_key(session: Session, key: str) -> KeyOwner | None:
    """The owner of a key in clear; None for an unknown or revoked key."""
    return _find_owner(session, col(ApiKey.key_hash) == hash_key(key))


def find_by_key_id(session: Session, key_id: str) -> KeyOwner | None:
    """The owner of the key with this row id; None for an unknown or revoked key."""
    return _find_owner(session, col(ApiKey.id) == key_id)


def _find_owner(session: Session, condition: Any) -> KeyOwner | None:  # noqa: ANN401
    query = (
        select(ApiKey.id, Organization.id, Organization.name, SocialSettings)
        .join(Organization, col(Organization.id) == col(ApiKey.organization_id))
        .outerjoin(
            SocialSettings, col(SocialSettings.organization_id) == col(ApiKey.organization_id)
        )
        .where(condition, col(ApiKey.revoked_at).is_(None))
    )
    row = session.exec(query).first()
    if row is None:
        return None
    key_id, organization_id, name, stored = row
    settings = stored or SocialSettings(organization_id=organization_id)
    return KeyOwner(
        key_id,
        organization_id,
        name,
        settings.default_timezone,
        settings.is_enabled,
        settings.is_paused,
        settings.suspended_at is not None,
    )
