"""How many connections there may be, and how long a caller may take."""

import ipaddress
import resource
from dataclasses import dataclass, field
from typing import Final

# More would need more memory than a web process should have: 64 KiB may wait in each direction.
MOST_CONNECTIONS: Final = 4_096
# One address, or one IPv6 network, has at most this part of all connections.
ADDRESS_SHARE: Final = 4
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """The bounds of one web process.

    `request_timeout`: seconds for a request's headers, for the body of a caller without
    credentials, and before the least rate of other bodies counts. `stall_timeout`: seconds without
    one byte of a body, or without place for more of an answer. `connections`: at most; 0: by the
    limit on descriptors. `proxies`: addresses that many callers share; they have no bound of their
    own. `trusts_all`: every address may be one.
    """

    request_timeout: float = 15.0
    stall_timeout: float = 60.0
    connections: int = 0
    proxies: tuple[Network, ...] = field(default_factory=tuple)
    trusts_all: bool = False

    @property
    def most(self) -> int:
        """How many connections there may be at once.

        Half of the descriptors stay free: for accepting, the database, files and, in `slotbeat
        up`, the worker.
        """
        soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        share = MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else max(1, soft // 2)
        return min(self.connections or MOST_CONNECTIONS, share)

    @property
    def most_of_address(self) -> int:
        """How many of them one address may have."""
        return max(1, self.most // ADDRESS_SHARE)

    def is_proxy(self, host: str) -> bool:
        """Whether many callers come from this address; so they do from a Unix socket."""
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return True
        return self.trusts_all or any(address in each for each in self.proxies)


def parse_proxies(text: str) -> tuple[tuple[Network, ...], bool]:
    """uvicorn's FORWARDED_ALLOW_IPS: the networks in it, and whether it is `*`. What is neither an
    address nor a network is left out, as a name is no address of a connection."""
    networks = []
    for each in text.split(","):
        try:
            networks.append(ipaddress.ip_network(each.strip(), strict=False))
        except ValueError:
            continue
    return tuple(networks), text.strip() == "*"
