"""Sessions of the pages: browsers that have signed in, and the keys that they signed in with."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from sqlalchemy import delete, exists, insert, select, update
from sqlmodel import Session

from models.actors import Actor
from models.ids import new_id
from models.store.tenants.api_keys import actor_of, hash_key, valid_at
from models.tables import API_KEY, ORGANIZATION, PAGE_SESSION, PAGE_SESSION_KEY, SETTINGS

# How long a session lasts after its last use.
LIFETIME: Final = timedelta(hours=12)
# How many keys one session holds; the oldest make place.
MAX_KEYS: Final = 50
# In how many sessions one key is signed in; the oldest make place.
MAX_SESSIONS: Final = 200


@dataclass(frozen=True, slots=True)
class SignedInKey:
    """A valid key that has signed in, with its organization."""

    actor: Actor
    organization_id: str
    organization: str
    timezone: str
    is_enabled: bool
    is_paused: bool
    # The operator has switched the organization off: the key opens nothing.
    is_suspended: bool
    mark_colour: int | None
    mark_letters: str | None
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that has not ended, with its valid keys: those that signed in last come first."""

    id: str
    last_seen_at: datetime
    keys: Sequence[SignedInKey]


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session as its organization sees it: where it is, and the keys of the organization."""

    id: str
    browser: str
    network: str
    created_at: datetime
    last_seen_at: datetime
    key_names: Sequence[str]


_KEY_COLUMNS = (
    API_KEY.c.id,
    API_KEY.c.name,
    API_KEY.c.scopes,
    ORGANIZATION.c.id,
    ORGANIZATION.c.name,
    SETTINGS.c.default_timezone,
    SETTINGS.c.is_enabled,
    SETTINGS.c.is_paused,
    SETTINGS.c.suspended_at,
    SETTINGS.c.mark_colour,
    SETTINGS.c.mark_letters,
    API_KEY.c.expires_at,
    API_KEY.c.last_used_at,
)
_KEYS_WITH_OWNERS = API_KEY.join(
    ORGANIZATION, ORGANIZATION.c.id == API_KEY.c.organization_id
).outerjoin(SETTINGS, SETTINGS.c.organization_id == API_KEY.c.organization_id)


def find_key(session: Session, key: str, now: datetime) -> SignedInKey | None:
    """A key in clear with its organization; None for one that is unknown, revoked or expired."""
    query = select(*_KEY_COLUMNS).select_from(_KEYS_WITH_OWNERS)
    query = query.where(API_KEY.c.key_hash == hash_key(key), valid_at(now))
    row = session.connection().execute(query).first()
    return _to_key(tuple(row)) if row else None


def find_open(session: Session, token: str, now: datetime) -> OpenSession | None:
    """The session with this token; None if it has ended, or holds no valid key."""
    tables = PAGE_SESSION.join(
        PAGE_SESSION_KEY, PAGE_SESSION_KEY.c.session_id == PAGE_SESSION.c.id
    ).join(_KEYS_WITH_OWNERS, API_KEY.c.id == PAGE_SESSION_KEY.c.api_key_id)
    query = (
        select(PAGE_SESSION.c.id, PAGE_SESSION.c.last_seen_at, *_KEY_COLUMNS)
        .select_from(tables)
        .where(PAGE_SESSION.c.token_hash == hash_token(token), PAGE_SESSION.c.ends_at > now)
        .where(valid_at(now))
        .order_by(PAGE_SESSION_KEY.c.signed_in_at.desc(), API_KEY.c.id.desc())
    )
    rows = [tuple(row) for row in session.connection().execute(query)]
    if not rows:
        return None
    return OpenSession(rows[0][0], rows[0][1], tuple(_to_key(row[2:]) for row in rows))


def _to_key(row: tuple[object, ...]) -> SignedInKey:
    key_id, name, scopes, organization_id, organization, zone, enabled, paused, suspended = row[:9]
    colour, letters, expires_at, last_used_at = row[9:]
    return SignedInKey(
        actor_of(str(key_id), str(name), scopes),  # type: ignore[arg-type]
        str(organization_id),
        str(organization),
        str(zone or "UTC"),
        enabled is not False,
        bool(paused),
        suspended is not None,
        colour,  # type: ignore[arg-type]
        letters,  # type: ignore[arg-type]
        expires_at,  # type: ignore[arg-type]
        last_used_at,  # type: ignore[arg-type]
    )


def start(session: Session, token: str, browser: str, network: str, now: datetime) -> str:
    """A new session without keys; its id."""
    row = {
        "id": new_id(),
        "token_hash": hash_token(token),
        "created_at": now,
        "last_seen_at": now,
        "ends_at": now + LIFETIME,
        "browser": browser,
        "network": network,
    }
    session.connection().execute(insert(PAGE_SESSION).values(**row))
    return str(row["id"])


def renew(session: Session, session_id: str, now: datetime, token: str | None = None) -> None:
    """The session is used: it lasts longer, under a new token if one is given."""
    values: dict[str, object] = {"last_seen_at": now, "ends_at": now + LIFETIME}
    if token is not None:
        values["token_hash"] = hash_token(token)
    statement = update(PAGE_SESSION).where(PAGE_SESSION.c.id == session_id)
    session.connection().execute(statement.values(**values))


def add_key(session: Session, session_id: str, key: SignedInKey, now: datetime) -> None:
    """The key signs in to the session, once more or for the first time."""
    connection, table = session.connection(), PAGE_SESSION_KEY
    own = table.c.session_id == session_id
    connection.execute(delete(table).where(own, table.c.api_key_id == key.actor.id))
    by_age = select(table.c.api_key_id).where(own).order_by(table.c.signed_in_at.desc())
    too_many = connection.execute(by_age.offset(MAX_KEYS - 1)).scalars().all()
    connection.execute(delete(table).where(own, table.c.api_key_id.in_(too_many)))
    row = {
        "session_id": session_id,
        "api_key_id": key.actor.id,
        "organization_id": key.organization_id,
        "signed_in_at": now,
    }
    connection.execute(insert(table).values(**row))
    _leave_oldest(session, key)


def _leave_oldest(session: Session, key: SignedInKey) -> None:
    """Let the key leave its oldest sessions, where it is in too many."""
    table = PAGE_SESSION_KEY
    own = (table.c.organization_id == key.organization_id, table.c.api_key_id == key.actor.id)
    by_age = select(table.c.session_id).where(*own).order_by(table.c.signed_in_at.desc())
    for session_id in session.connection().execute(by_age.offset(MAX_SESSIONS)).scalars().all():
        sign_out(session, session_id, key.organization_id, key.actor.id)


def end(session: Session, session_id: str) -> None:
    """End a session with all its keys."""
    session.connection().execute(delete(PAGE_SESSION).where(PAGE_SESSION.c.id == session_id))


def sign_out(
    session: Session, session_id: str, organization_id: str, key_id: str | None = None
) -> bool:
    """The organization's keys, or this one of them, leave the session, which ends with its last
    key. False if it had none of them."""
    connection, table = session.connection(), PAGE_SESSION_KEY
    leaving = (table.c.session_id == session_id) & (table.c.organization_id == organization_id)
    if key_id is not None:
        leaving &= table.c.api_key_id == key_id
    count = connection.execute(delete(table).where(leaving)).rowcount
    has_keys = exists().where(table.c.session_id == PAGE_SESSION.c.id)
    ended = delete(PAGE_SESSION).where(PAGE_SESSION.c.id == session_id, ~has_keys)
    connection.execute(ended)
    return count > 0


def list_open(
    session: Session, organization_id: str, now: datetime, key_id: str | None = None
) -> list[SessionView]:
    """The open sessions with valid keys of the organization, or with this one of them; those used
    last come first."""
    query = (
        select(
            PAGE_SESSION.c.id,
            PAGE_SESSION.c.browser,
            PAGE_SESSION.c.network,
            PAGE_SESSION.c.created_at,
            PAGE_SESSION.c.last_seen_at,
            API_KEY.c.name,
        )
        .join(PAGE_SESSION_KEY, PAGE_SESSION_KEY.c.session_id == PAGE_SESSION.c.id)
        .join(API_KEY, API_KEY.c.id == PAGE_SESSION_KEY.c.api_key_id)
        .where(PAGE_SESSION_KEY.c.organization_id == organization_id)
        .where(PAGE_SESSION.c.ends_at > now, valid_at(now))
        .order_by(PAGE_SESSION.c.last_seen_at.desc(), PAGE_SESSION.c.id, API_KEY.c.id)
    )
    if key_id is not None:
        query = query.where(API_KEY.c.id == key_id)
    rows = [tuple(row) for row in session.connection().execute(query)]
    views = []
    for (id_, browser, network, created_at, last_seen_at), group in groupby(
        rows, key=lambda row: row[:5]
    ):
        names = tuple(row[5] for row in group)
        views.append(SessionView(id_, browser, network, created_at, last_seen_at, names))
    return views


def prune(session: Session, before: datetime, limit: int) -> int:
    """Delete sessions that ended before this instant; returns how many."""
    ended = select(PAGE_SESSION.c.id).where(PAGE_SESSION.c.ends_at < before).limit(limit)
    statement = delete(PAGE_SESSION).where(PAGE_SESSION.c.id.in_(ended))
    return session.connection().execute(statement).rowcount


def hash_token(token: str) -> str:
    """The hash of a session's token, as it is stored."""
    # A fast hash is enough: the token is random, as a key is.
    return hashlib.sha256(token.encode()).hexdigest()
