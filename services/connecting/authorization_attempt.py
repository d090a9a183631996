"""What is kept while a person is on a server's page to allow the access: its token. Pure.

Nothing of it is stored here: the browser that began brings the token back, encrypted.
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from typing import Final

from models.encryption import Cipher
from services.connecting.connect_link import ConnectLink
from services.connecting.sealed_token import is_fresh, seal, unseal
from services.errors import invalid_field

CALLBACK_PATH: Final = "/connect/callback"
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
    token = seal(_PURPOSE, list(astuple(attempt)), cipher)
    if len(token) > MAX_TOKEN:
        raise invalid_field("credentials", "and the page to return to are too long together")
    return token


def decode(token: str, cipher: Cipher, now: float) -> AuthorizationAttempt | None:
    """The attempt of a token; None if the token is invalid or too old."""
    parts = unseal(token, _PURPOSE, 5, cipher)
    if parts is None:
        return None
    attempt = AuthorizationAttempt(ConnectLink(*parts[0]), *parts[1:])
    return attempt if is_fresh(attempt.begun_at, now) else None
