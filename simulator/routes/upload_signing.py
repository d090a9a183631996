"""Signed upload URLs: `/blob/<name>?se=<expiry>&sig=<HMAC>`, valid until the expiry. Pure."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from simulator.errors import CallError
from simulator.timestamps import format_instant, parse_instant


def signed_url(secret: bytes, origin: str, blob: str, expires_at: int) -> str:
    """A URL that allows writing one blob until `expires_at` (ms)."""
    expiry = format_instant(expires_at)
    signature = _sign(secret, blob, expiry)
    query = urlencode({"sp": "cw", "sr": "b", "se": expiry, "sig": signature})
    return f"{origin}/blob/{quote(blob)}?{query}"


def check_signature(secret: bytes, blob: str, query: Mapping[str, str], now: int) -> None:
    """CallError 403, as Azure answers, when the signature is missing, wrong or expired."""
    expiry = query.get("se", "")
    if not hmac.compare_digest(_sign(secret, blob, expiry), query.get("sig", "")):
        raise _authentication_error("Signature did not match.")
    if parse_instant(expiry) <= now:
        raise _authentication_error("Signature not valid in the specified time frame.")


def _sign(secret: bytes, blob: str, expiry: str) -> str:
    # Standard base64: its `+`, `/` and `=` must be sent percent-encoded, like Azure's.
    return b64encode(
        hmac.new(secret, f"{blob}\n{expiry}".encode(), hashlib.sha256).digest()
    ).decode()


def _authentication_error(detail: str) -> CallError:
    return CallError(
        403, f"Server failed to authenticate the request. {detail}", code="AuthenticationFailed"
    )
