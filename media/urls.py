"""Which media URLs are acceptable, and which addresses a connection may use (pure).

The text of a URL proves little: a harmless name may resolve to a private address. So `url_problem`
is for early error messages, and a connection must check its address with `is_public`.
"""

import ipaddress
import re
from ipaddress import IPv4Address, IPv6Address
from typing import Final

import httpx

Address = IPv4Address | IPv6Address

NOT_A_FILE_URL: Final = "must be an https:// link to the file"
NOT_A_HTTPS_URL: Final = "must be an https:// address"
NOT_PUBLIC: Final = "must lead to a public address"

# Names that no public DNS zone has. Other names are checked when they are resolved.
_PRIVATE_NAMES: Final = ("localhost", "local", "internal", "home.arpa", "lan")
_HOST_NAME: Final = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+")
# Characters without a width, which come along when a link is copied from a text.
INVISIBLE: Final = "\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_HAS_INVISIBLE: Final = re.compile(f"[{INVISIBLE}]")
_NUMERIC_LABEL: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")

# NAT64: the last four bytes are an IPv4 address, which the network translates to.
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
# All public unicast addresses; IPv4-mapped and IPv4-compatible addresses are outside.
_PUBLIC_IPV6: Final = ipaddress.ip_network("2000::/3")
# Networks that `is_global` accepts in some Python versions, and that must be blocked.
_BLOCKED_NETWORKS: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        "168.63.129.16/32",  # a cloud's control channel, reachable only from its machines
        "192.0.0.0/24",  # protocol assignments, such as a cloud's metadata service
        "192.88.99.0/24",  # 6to4 relays (deprecated)
        "2001::/23",  # protocol assignments; Teredo carries an IPv4 address
        "2002::/16",  # 6to4 carries an IPv4 address
        "3fff::/20",  # documentation
    )
)


def is_public(address: Address) -> bool:
    """Whether this is the address of one public host on the internet."""
    if address in _NAT64:
        return is_public(IPv4Address(address.packed[-4:]))
    if isinstance(address, IPv6Address) and address not in _PUBLIC_IPV6:
        return False
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return not any(address in network for network in _BLOCKED_NETWORKS)


def url_problem(link: str, *, allow_private: bool = False) -> str | None:
    """What is wrong with the text of a URL, as the end of "the link …"; None for a good URL."""
    try:
        url = httpx.URL(link)
        host = url.raw_host.decode("ascii").removesuffix(".")
    except (httpx.InvalidURL, ValueError):
        return NOT_A_FILE_URL
    schemes = ("https", "http") if allow_private else ("https",)
    if url.scheme not in schemes or not host or not _is_valid_port(url.port):
        return NOT_A_FILE_URL
    if found := _HAS_INVISIBLE.search(link):
        return f"has an invisible character (U+{ord(found[0]):04X}); write the link without it"
    if url.userinfo:
        return "must not carry a user name or a password"
    return None if allow_private else _host_problem(host)


def endpoint_url_problem(url: str, *, allow_private: bool = False) -> str | None:
    """The same for the URL of a webhook endpoint, with a text that does not speak of a file."""
    problem = url_problem(url, allow_private=allow_private)
    return NOT_A_HTTPS_URL if problem == NOT_A_FILE_URL else problem


def _is_valid_port(port: int | None) -> bool:
    return port is None or 0 < port < 65536


def _host_problem(host: str) -> str | None:
    try:
        return None if is_public(ipaddress.ip_address(host)) else NOT_PUBLIC
    except ValueError:
        pass
    labels = host.split(".")
    # Resolvers also accept 0177.0.0.1, 0x7f.1 and 2130706433 as addresses. We accept one form.
    if _NUMERIC_LABEL.fullmatch(labels[-1]):
        return "must write an address as four plain numbers"
    if len(labels) == 1 or host.endswith(tuple(f".{name}" for name in _PRIVATE_NAMES)):
        return NOT_PUBLIC
    return None if _HOST_NAME.fullmatch(host) else NOT_A_FILE_URL
