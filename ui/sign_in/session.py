"""A visitor's session: an encrypted cookie with the row id of the API key that signed in.

The key itself is not in it, and the server stores nothing. Each request checks in the database that
the key is still valid, so revoking a key ends its sessions at once.
"""

import json
import secrets
from dataclasses import dataclass, replace
from typing import Final

from models.encryption import Cipher, WrongSecretKey

COOKIE_NAME: Final = "slotbeat_session"
LIFETIME: Final = 12 * 3600  # seconds since the last renewal
RENEW_AFTER: Final = 600  # seconds; not at every request
# The cipher encrypts other texts too; none of them may pass as a session.
_PURPOSE: Final = "page-session/1"


@dataclass(frozen=True, slots=True)
class SignInSession:
    """The row id of the key that signed in, when the cookie was issued (Unix seconds), and a random
    value for the form token."""

    key_id: str
    issued_at: float
    nonce: str

    def needs_renewal(self, now: float) -> bool:
        """Whether the cookie should be issued again."""
        return now - self.issued_at >= RENEW_AFTER


def start_session(key_id: str, now: float) -> SignInSession:
    """A new session for the key with this row id."""
    return SignInSession(key_id, now, secrets.token_urlsafe(16))


def renew(session: SignInSession, now: float) -> SignInSession:
    """The same session with a new lifetime. Forms that are open stay valid."""
    return replace(session, issued_at=now)


def encode(session: SignInSession, cipher: Cipher) -> str:
    """The cookie's value: the session, encrypted."""
    parts = [_PURPOSE, session.key_id, session.issued_at, session.nonce]
    return cipher.encrypt(json.dumps(parts))


def decode(token: str, cipher: Cipher, now: float) -> SignInSession | None:
    """The session in a cookie; None if the cookie is invalid or too old."""
    try:
        parts = json.loads(cipher.decrypt(token))
    except (WrongSecretKey, ValueError):
        return None
    if not isinstance(parts, list) or len(parts) != 4 or parts[0] != _PURPOSE:
        return None
    session = SignInSession(parts[1], parts[2], parts[3])
    return session if now - session.issued_at < LIFETIME else None


def form_token(session: SignInSession, cipher: Cipher) -> str:
    """The CSRF token of the session's forms; no other site can know it."""
    return cipher.keyed_hash(f"{_PURPOSE}/form:{session.key_id}:{session.nonce}")
