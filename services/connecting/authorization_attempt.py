"""What is kept while a person is on a server's page to allow the access: its token. Pure.

Nothing of it is stored here: the browser that began brings the token back, encrypted.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from models.encryption import Cipher, WrongSecretKey
from services.connecting.connect_link import ConnectLink
from services.errors import invalid_field

LIFETIME: Final = 900  # seconds
CALLBACK_PATH: Final = "/connect/callback"
# The cipher encrypts other texts too; none of them may pass as an attempt.
_PURPOSE: Final = "authorization-attempt/1"
# Browsers keep no larger cookie than 4,096 bytes, with its name.
MAX_TOKEN: Final = 4_000


@dataclass(frozen=True, slots=True)
class AuthorizationAttempt:
    """Who asks (`asked`) and whether a link of `POST connect` brought the person (`has_link`), what
    the provider left `pending`, and the random `state` that the server gives back.

    `begun_at`: Unix seconds.
    """

    asked: ConnectLink
    has_link: bool
    pending: Mapping[str, str] = field(repr=False)
    state: str = field(repr=False)
    begun_at: float


def encode(attempt: AuthorizationAttempt, cipher: Cipher) -> str:
    """The token: the attempt, encrypted. ValidationFailed if no cookie can hold it."""
    asked = attempt.asked
    link = [asked.organization_id, asked.platform, asked.return_url, asked.issued_at]
    parts = [_PURPOSE, link, attempt.has_link, attempt.pending, attempt.state, attempt.begun_at]
    token = cipher.encrypt(json.dumps(parts))
    if len(token) > MAX_TOKEN:
        raise invalid_field("credentials", "and the page to return to are too long together")
    return token


def decode(token: str, cipher: Cipher, now: float) -> AuthorizationAttempt | None:
    """The attempt of a token; None if the token is invalid or too old."""
    try:
        parts = json.loads(cipher.decrypt(token))
    except (WrongSecretKey, ValueError):
        return None
    if not isinstance(parts, list) or len(parts) != 6 or parts[0] != _PURPOSE:
        return None
    attempt = AuthorizationAttempt(ConnectLink(*parts[1]), *parts[2:])
    return attempt if now - attempt.begun_at < LIFETIME else None
