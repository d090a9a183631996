"""The API keys of an organization: list them, make one, revoke one."""

from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from models.actors import ALL_SCOPES
from models.organizations import ApiKey
from models.store import clock
from models.store.tenants import api_keys, social_settings
from models.store.tenants.api_keys import KeyGrant
from services.context import AppContext
from services.errors import Conflict, NotFound, invalid_field
from services.inputs.key_bodies import NewKeyBody
from services.presenters import format_instant, present_actor
from services.time_input import parse_date_or_instant

MAX_KEYS: Final = 200
LAST_FULL_KEY: Final = (
    "this is the last key with all scopes: without one, only the operator of this installation can "
    "make keys. Make another one first, or confirm that you want this"
)


def list_keys(context: AppContext, organization_id: str) -> list[dict[str, Any]]:
    """All keys, revoked ones too, oldest first; the keys themselves are not stored."""
    with context.database.read() as session:
        now = clock.now(session)
        return [present_key(row, now) for row in api_keys.list_keys(session, organization_id)]


def create_key(
    context: AppContext, organization_id: str, body: NewKeyBody
) -> tuple[dict[str, Any], str]:
    """A new key as it is listed, and itself in clear, which is never shown again. ValidationFailed;
    Conflict where there are too many."""
    with context.database.write() as session:
        settings = social_settings.lock_organization(session, organization_id)
        now = clock.now(session)
        valid = _valid_keys(session, organization_id, now)
        if len(valid) >= MAX_KEYS:
            raise Conflict(f"an organization has at most {MAX_KEYS} keys; revoke one first")
        grant = parse_grant(body, settings.default_timezone, now)
        id_, key = api_keys.create_key(session, organization_id, grant)
        row = api_keys.find_key(session, organization_id, id_)
        assert row is not None  # noqa: S101  (it was just inserted)
        return present_key(row, now), key


def parse_grant(body: NewKeyBody, zone: str, now: datetime) -> KeyGrant:
    """What the new key may do, and until when; ValidationFailed."""
    name = body.name.strip()
    if not name:
        raise invalid_field("name", "must say who or what uses the key, such as Zapier")
    return KeyGrant(name, body.scopes, _parse_end(body.expiresAt, zone, now))


def _parse_end(text: str | None, zone: str, now: datetime) -> datetime | None:
    if text is None or not text.strip():
        return None
    at = parse_date_or_instant("expiresAt", text, zone, is_end=True)
    if at <= now:
        raise invalid_field("expiresAt", f"must lie in the future, not {text!r}")
    return at


def revoke_key(
    context: AppContext, organization_id: str, key_id: str, *, force: bool = False
) -> dict[str, Any]:
    """Revoke a key; harmless to repeat. NotFound; Conflict for the last key with all scopes, unless
    it is forced."""
    with context.database.write() as session:
        social_settings.lock_organization(session, organization_id)
        now = clock.now(session)
        row = api_keys.find_key(session, organization_id, key_id)
        if row is None:
            raise NotFound("there is no such API key")
        if not force and is_last_full_key(row, _valid_keys(session, organization_id, now)):
            raise Conflict(LAST_FULL_KEY)
        api_keys.revoke_key(session, key_id)
        return present_key(row, now)


def is_last_full_key(row: ApiKey, valid: list[ApiKey]) -> bool:
    """Whether no other valid key of the organization may do everything, and make keys."""
    return [each.id for each in valid if is_full(each)] == [row.id]


def is_full(row: ApiKey) -> bool:
    """Whether a key may do everything."""
    return len(row.scopes) == len(ALL_SCOPES)


def _valid_keys(session: Session, organization_id: str, now: datetime) -> list[ApiKey]:
    rows = api_keys.list_keys(session, organization_id)
    return [row for row in rows if api_keys.is_valid(row, now)]


def present_key(row: ApiKey, now: datetime) -> dict[str, Any]:
    """A key as the API and commands show it. `status`: valid, expired or revoked."""
    ended = "revoked" if row.revoked_at is not None else "expired"
    return {
        "id": row.id,
        "organizationId": row.organization_id,
        "name": row.name,
        "scopes": row.scopes,
        "status": "valid" if api_keys.is_valid(row, now) else ended,
        "createdAt": format_instant(row.created_at),
        "createdBy": present_actor(row.created_by),
        "expiresAt": format_instant(row.expires_at),
        "lastUsedAt": format_instant(row.last_used_at),
        "revokedAt": format_instant(row.revoked_at),
    }
