"""Signed tokens (JWT, HS256): what a session consists of."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, Final

from simulator.bluesky.errors import invalid_request

ACCESS: Final = "at+jwt"
REFRESH: Final = "refresh+jwt"


class Malformed(ValueError):
    """A text that is no token at all."""


def sign(kind: str, claims: dict[str, Any], secret: str) -> str:
    """A token of this kind."""
    header = {"typ": kind, "alg": "HS256"}
    text = ".".join(_encode(json.dumps(part).encode()) for part in (header, claims))
    return f"{text}.{_encode(_signature(text, secret))}"


def read_claims(token: str) -> dict[str, Any]:
    """The claims, whoever signed them; Malformed if there are none."""
    try:
        claims = json.loads(_decode(token.split(".")[1]))
    except (ValueError, IndexError):
        raise Malformed from None
    if not isinstance(claims, dict):
        raise Malformed
    return claims


def verify(token: str, kind: str, secret: str, now: int) -> dict[str, Any]:
    """The claims of a valid token of this kind.

    Raises:
        XrpcError: 400 ExpiredToken, or InvalidToken for everything else that is wrong.
    """
    text, _, signature = token.rpartition(".")
    try:
        kind_found = json.loads(_decode(text.split(".", maxsplit=1)[0])).get("typ")
        genuine = hmac.compare_digest(_decode(signature), _signature(text, secret))
        claims = read_claims(token)
    except (ValueError, AttributeError):
        genuine = False
    if not genuine or kind_found != kind:
        raise invalid_request("Token could not be verified", "InvalidToken")
    if claims["exp"] * 1000 <= now:
        raise invalid_request("Token has expired", "ExpiredToken")
    return claims


def _signature(text: str, secret: str) -> bytes:
    return hmac.digest(secret.encode(), text.encode(), hashlib.sha256)


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
