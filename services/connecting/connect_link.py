"""The link to our own page for connecting an account: its token, and the page to return to. Pure.

Whoever has the link may connect an account to the organization, for a quarter of an hour.
"""

import ipaddress
from dataclasses import astuple, dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from models.encryption import Cipher
from services.connecting.sealed_token import is_fresh, seal, unseal
from services.errors import invalid_field

CONNECT_PATH: Final = "/connect"
_PURPOSE: Final = "connect-link/1"
# The link holds the address of the page to return to, and must fit into a browser's request.
MAX_RETURN_URL: Final = 2_000


@dataclass(frozen=True, slots=True)
class ConnectLink:
    """Who asks for an account, of which network; `issued_at`: Unix seconds."""

    organization_id: str
    platform: str
    return_url: str | None
    issued_at: float


def encode(link: ConnectLink, cipher: Cipher) -> str:
    """The token: the link, encrypted."""
    return seal(_PURPOSE, list(astuple(link)), cipher)


def decode(token: str, cipher: Cipher, now: float) -> ConnectLink | None:
    """The link of a token; None if the token is invalid or too old."""
    parts = unseal(token, _PURPOSE, 4, cipher)
    link = ConnectLink(*parts) if parts is not None else None
    return link if link is not None and is_fresh(link.issued_at, now) else None


def link_url(origin: str, token: str) -> str:
    """The address of the page."""
    return f"{origin.rstrip('/')}{CONNECT_PATH}?{urlencode({'token': token})}"


def check_return_url(url: str) -> str:
    """The page to return to. ValidationFailed unless it is an absolute https URL without a user
    name; http is allowed on this machine."""
    parts = urlsplit(url)
    if "@" in parts.netloc or not url.isascii() or len(url) > MAX_RETURN_URL:
        sentence = f"must be ASCII without a user name, of at most {MAX_RETURN_URL} characters"
        raise invalid_field("redirectUrl", sentence)
    is_local = parts.scheme == "http" and is_loopback(parts.hostname or "")
    if parts.scheme != "https" and not is_local:
        raise invalid_field("redirectUrl", "must be an https:// link (http:// for localhost only)")
    return url


def is_loopback(host: str) -> bool:
    """Whether a name or address is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
