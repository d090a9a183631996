"""A visitor's session: a sealed cookie that names the API key's row, and nothing to look up but it.

The key itself is not in it. Each request asks the database whether that key is still in force, so
revoking a key ends its sessions at once.
"""

import json
import secrets
from dataclasses import dataclass, replace
from typing import Final

from models.encryption import Cipher, WrongSecretKey

COOKIE_NAME: Final = "slotbeat_session"
LIFETIME: Final = 12 * 3600  # seconds since it was last renewed
RENEW_AFTER: Final = 600  # seconds; not with every request
# The vault seals other things, too: nothing of those may be taken for a session.
_PURPOSE: Final = "page-session/1"


@dataclass(frozen=True, slots=True)
class SignInSession:
    """Which key signed in, when the cookie was issued (Unix seconds), and a number that forms
    prove to know."""

    key_id: str
    issued_at: float
    nonce: str

    def needs_renewal(self, now: float) -> bool:
        """Whether the cookie should be issued anew."""
        return now - self.issued_at >= RENEW_AFTER


def start_session(key_id: str, now: float) -> SignInSession:
    """A new session of the key with this row id."""
    return SignInSession(key_id, now, secrets.token_urlsafe(16))


def renew(session: SignInSession, now: float) -> SignInSession:
    """The same session, begun again: its forms stay valid."""
    return replace(session, issued_at=now)


def encode(session: SignInSession, cipher: Cipher) -> str:
    """The cookie's value."""
    parts = [_PURPOSE, session.key_id, session.issued_at, session.nonce]
    return cipher.encrypt(json.dumps(parts))


def decode(token: str, cipher: Cipher, now: float) -> SignInSession | None:
    """The session of a cookie; None for one that is not ours or too old."""
    try:
        parts = json.loads(cipher.decrypt(token))
    except (WrongSecretKey, ValueError):
        return None
    if not isinstance(parts, list) or len(parts) != 4 or parts[0] != _PURPOSE:
        return None
    found = SignInSession(parts[1], parts[2], parts[3])
    return found if now - found.issued_at < LIFETIME else None


def form_token(session: SignInSession, cipher: Cipher) -> str:
    """What the session's forms carry, and no other page can know."""
    return cipher.keyed_hash(f"{_PURPOSE}/form:{session.key_id}:{session.nonce}")
