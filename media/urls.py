"""Which links to media are acceptable, and which addresses they may lead to (pure).

A link's form says little: a harmless name may resolve to a private address. So `fault` is for
telling people early, and `is_public` is what a connection must ask of the address that it uses.
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

# Names that no public zone holds. What else resolves to a private address shows when it does.
_PRIVATE_NAMES: Final = ("localhost", "local", "internal", "home.arpa", "lan")
_HOST_NAME: Final = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+")
_NUMERIC_LABEL: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")

# An IPv4 address travels in the last four bytes of these, behind a translator of the network's.
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
# All that is handed out to the public lies here; mapped and compatible addresses do not.
_PUBLIC_IPV6: Final = ipaddress.ip_network("2000::/3")
# What Python's tables call global in some of the versions that we run on, and is not for us.
_BLOCKED_NETWORKS: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        "168.63.129.16/32",  # a cloud's control channel, reachable from its machines alone
        "192.0.0.0/24",  # protocol assignments; a cloud's metadata among them
        "192.88.99.0/24",  # the old way to 6to4 relays
        "2001::/23",  # protocol assignments; Teredo carries an IPv4 address
        "2002::/16",  # 6to4 carries an IPv4 address
        "3fff::/20",  # documentation
    )
)


def is_public(address: Address) -> bool:
    """Whether anybody on the internet can reach this address, and means a host of theirs by it."""
    if address in _NAT64:
        return is_public(IPv4Address(address.packed[-4:]))
    if isinstance(address, IPv6Address) and address not in _PUBLIC_IPV6:
        return False
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return not any(address in network for network in _BLOCKED_NETWORKS)


def url_problem(link: str, *, allow_private: bool = False) -> str | None:
    """What is wrong with a link by its form alone, to follow "the link …"; None for a good one."""
    try:
        url = httpx.URL(link)
        host = url.raw_host.decode("ascii").removesuffix(".")
    except (httpx.InvalidURL, ValueError):
        return NOT_A_FILE_URL
    schemes = ("https", "http") if allow_private else ("https",)
    if url.scheme not in schemes or not host or not _is_valid_port(url.port):
        return NOT_A_FILE_URL
    if url.userinfo:
        return "must not carry a user name or a password"
    return None if allow_private else _host_problem(host)


def endpoint_url_problem(url: str, *, allow_private: bool = False) -> str | None:
    """The same for an address that events are sent to, where no file is to be found."""
    found = url_problem(url, allow_private=allow_private)
    return NOT_A_HTTPS_URL if found == NOT_A_FILE_URL else found


def _is_valid_port(port: int | None) -> bool:
    return port is None or 0 < port < 65536


def _host_problem(host: str) -> str | None:
    try:
        return None if is_public(ipaddress.ip_address(host)) else NOT_PUBLIC
    except ValueError:
        pass
    labels = host.split(".")
    # 0177.0.0.1, 0x7f.1 and 2130706433 are addresses to a resolver: one spelling is enough.
    if _NUMERIC_LABEL.fullmatch(labels[-1]):
        return "must write an address as four plain numbers"
    if len(labels) == 1 or host.endswith(tuple(f".{name}" for name in _PRIVATE_NAMES)):
        return NOT_PUBLIC
    return None if _HOST_NAME.fullmatch(host) else NOT_A_FILE_URL
