"""Addresses of callers as networks: what a stranger is counted by, and what a list shows."""

import ipaddress


def client_network(host: str) -> str:
    """An address; for IPv6 its /64 network, all of which one caller may have."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False))


def shortened_network(host: str) -> str:
    """The network of an address, which tells places apart and no people: /24, for IPv6 /48."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ""
    length = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network((address, length), strict=False))
