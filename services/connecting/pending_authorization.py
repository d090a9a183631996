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
_PURPOSE: Final = "pending-authorization/1"
# Browsers keep no larger cookie than 4,096 bytes, with its name.
MAX_TOKEN: Final = 4_000


@dataclass(frozen=True, slots=True)
class PendingAuthorization:
    """Who asks (`asked`) and whether a link of `POST connect` brought the person (`has_link`), what
    the provider's `finish` will need (`provider_values`), and the random `state` that the server
    gives back. `begun_at`: Unix seconds.
    """

    asked: ConnectLink
    has_link: bool
    provider_values: Mapping[str, str] = field(repr=False)
    state: str = field(repr=False)
    begun_at: float


def encode(authorization: PendingAuthorization, cipher: Cipher) -> str:
    """The token: the authorization, encrypted. ValidationFailed if no cookie can hold it."""
    token = seal(_PURPOSE, list(astuple(authorization)), cipher)
    if len(token) > MAX_TOKEN:
        raise invalid_field("credentials", "and the page to return to are too long together")
    return token


def decode(token: str, cipher: Cipher, now: float) -> PendingAuthorization | None:
    """The authorization of a token; None if the token is invalid or too old."""
    parts = unseal(token, _PURPOSE, 5, cipher)
    if parts is None:
        return None
    authorization = PendingAuthorization(ConnectLink(*parts[0]), *parts[1:])
    return authorization if is_fresh(authorization.begun_at, now) else None
