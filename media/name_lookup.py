"""Looks up names that strangers chose, with a deadline and without threads.

The system's own look-up (`getaddrinfo`) cannot be cancelled: a name server that never answers keeps
a thread for half a minute, and all who use the same threads wait behind it. c-ares reads the same
files (`/etc/hosts`, `/etc/resolv.conf`), and needs one socket for any number of look-ups.
"""

import asyncio
import socket
from typing import Any

import aiodns
from aiodns.error import DNSError

# A look-up ends after this (s).
DEADLINE = 5.0
# The first wait (s) for a name server; each next one is twice as long.
FIRST_WAIT = 1.0
TRIES = 4


class NameNotResolved(Exception):
    """DNS gave no address for the host name. The text is fit for people."""


class NameLookup:
    """Asks the name servers of the system, or those in `servers` ("address:port"). One may be used
    in several event loops."""

    def __init__(self, *, deadline: float = DEADLINE, servers: list[str] | None = None) -> None:
        self._deadline, self._servers = deadline, servers
        self._resolvers: dict[asyncio.AbstractEventLoop, aiodns.DNSResolver] = {}

    async def __call__(self, host: str, port: int) -> list[str]:
        """All addresses of a name, in the order that the system prefers. NameNotResolved where it
        has none, or none is found within the deadline."""
        number = _number(host)
        if number is not None:
            return [number]
        resolver = self._resolver()
        try:
            async with asyncio.timeout(self._deadline):
                answer = await resolver.getaddrinfo(
                    host, socket.AF_UNSPEC, port, type=socket.SOCK_STREAM
                )
        except TimeoutError as error:
            raise NameNotResolved(
                f"the media source's name was not resolved within {self._deadline:g} s"
            ) from error
        except (DNSError, UnicodeError) as error:
            raise NameNotResolved("the media source's name cannot be resolved") from error
        return list(dict.fromkeys(node.addr[0].decode("ascii") for node in answer.nodes))

    async def aclose(self) -> None:
        """End the questions of this event loop that nobody waits for any more."""
        resolver = self._resolvers.pop(asyncio.get_running_loop(), None)
        if resolver is not None:
            await resolver.close()

    def _resolver(self) -> aiodns.DNSResolver:
        loop = asyncio.get_running_loop()
        if loop not in self._resolvers:
            # Those of loops that have ended close their sockets when nobody holds them.
            self._resolvers = {k: v for k, v in self._resolvers.items() if not k.is_closed()}
            options: dict[str, Any] = {"servers": self._servers} if self._servers else {}
            self._resolvers[loop] = aiodns.DNSResolver(timeout=FIRST_WAIT, tries=TRIES, **options)
        return self._resolvers[loop]


def _number(host: str) -> str | None:
    """The address that a number in any spelling stands for, such as 0x7f.1; None for a name."""
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, ValueError):
        return None
