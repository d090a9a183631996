"""The cookie of a visitor's session: a random token, encrypted, so that a cookie of ours is known
without asking the database. The session itself is a row (`models.store.tenants.page_sessions`)."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from models.encryption import Cipher, WrongSecretKey
from models.store.tenants.page_sessions import LIFETIME as SESSION_LIFETIME
from models.store.tenants.page_sessions import SignedInKey
from ui.organization_path import names_organization

COOKIE_NAME: Final = "slotbeat_session"
LIFETIME: Final = int(SESSION_LIFETIME.total_seconds())  # since the last renewal
RENEW_AFTER: Final = timedelta(minutes=10)  # not at every request
# The cipher encrypts other texts too; none of them may pass as a session.
_PURPOSE: Final = "page-session/2:"


def new_token() -> str:
    """The token of a new session, or a new one of a session that goes on."""
    return secrets.token_urlsafe(32)


def encode(token: str, cipher: Cipher) -> str:
    """The cookie's value: the token, encrypted."""
    return cipher.encrypt(_PURPOSE + token)


def decode(cookie: str, cipher: Cipher) -> str | None:
    """The token in a cookie; None for a cookie that is not ours. The session may have ended."""
    try:
        text = cipher.decrypt(cookie)
    except (WrongSecretKey, ValueError):
        return None
    return text.removeprefix(_PURPOSE) if text.startswith(_PURPOSE) else None


def needs_renewal(last_seen_at: datetime, now: datetime) -> bool:
    """Whether a session that is used should last longer from now on."""
    return now - last_seen_at >= RENEW_AFTER


def find_key(keys: Iterable[SignedInKey], handle: str | None) -> SignedInKey | None:
    """The key that opens the pages of the organization which an address names, None for any: of
    several the one that signed in last. None if the session has none."""
    for each in keys:
        is_named = handle is None or names_organization(handle, each.organization_id)
        if is_named and not each.is_suspended:
            return each
    return None


def form_token(session_id: str, cipher: Cipher) -> str:
    """The CSRF token of the session's forms; no other site can know it."""
    return cipher.keyed_hash(f"{_PURPOSE}form:{session_id}")
