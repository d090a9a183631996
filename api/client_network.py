"""The address that a stranger is counted by."""

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
