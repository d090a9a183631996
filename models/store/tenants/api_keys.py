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
class KeyOwner:
    """An API key that is in force, by its row's id, and the organization that it opens."""

    key_id: str
    organization_id: str
    name: str
    timezone: str
    is_enabled: bool
    is_paused: bool


def find_by_key(session: Session, key: str) -> KeyOwner | None:
    """What a key in clear opens; None for an unknown or revoked one."""
    return _find_owner(session, col(ApiKey.key_hash) == hash_key(key))


def find_by_key_id(session: Session, key_id: str) -> KeyOwner | None:
    """What the key of this row opens; None for an unknown or revoked one."""
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
    key_id, organization_id, name, found = row
    settings = found or SocialSettings(organization_id=organization_id)
    return KeyOwner(
        key_id,
        organization_id,
        name,
        settings.default_timezone,
        settings.is_enabled,
        settings.is_paused,
    )
