"""Short-lived tokens in addresses, forms and cookies: a list of values, encrypted. Pure."""

import json
from typing import Any, Final

from models.encryption import Cipher, WrongSecretKey

LIFETIME: Final = 900  # seconds


def seal(purpose: str, parts: list[Any], cipher: Cipher) -> str:
    """The token. The cipher encrypts other texts too: the purpose keeps them apart."""
    return cipher.encrypt(json.dumps([purpose, *parts]))


def unseal(token: str, purpose: str, length: int, cipher: Cipher) -> list[Any] | None:
    """The values of a token; None if it was not made for this purpose, or not here."""
    try:
        parts = json.loads(cipher.decrypt(token))
    except (WrongSecretKey, ValueError):
        return None
    is_ours = isinstance(parts, list) and len(parts) == length + 1 and parts[0] == purpose
    return parts[1:] if is_ours else None


def is_fresh(made_at: float, now: float) -> bool:
    """Whether a token of this instant still works; both in Unix seconds."""
    return now - made_at < LIFETIME
