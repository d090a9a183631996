"""Tokens as a PDS signs them, for tests that know its secret: expired, or of another account."""

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

ACCESS = "at+jwt"
REFRESH = "refresh+jwt"


def claims(token: str) -> dict[str, Any]:
    """What a token says: `sub` (the DID), `scope`, `iat` and `exp` (seconds since 1970)."""
    found: dict[str, Any] = json.loads(_decoded(token.split(".")[1]))
    return found


def expired(token: str, secret: str) -> str:
    """The same token with an end that has passed, signed as the PDS signs."""
    header = json.loads(_decoded(token.split(".", maxsplit=1)[0]))
    return _signed(header, {**claims(token), "exp": int(time.time()) - 10}, secret)


def _signed(header: dict[str, Any], body: dict[str, Any], secret: str) -> str:
    text = ".".join(_encoded(json.dumps(part).encode()) for part in (header, body))
    return f"{text}.{_encoded(hmac.digest(secret.encode(), text.encode(), hashlib.sha256))}"


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
