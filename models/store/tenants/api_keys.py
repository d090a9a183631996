"""Who looks at the calendar page: the organization that an API key opens it for."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from models.organizations import ApiKey, Organization, SocialSettings
from models.store.tenants.organizations import hash_key


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
