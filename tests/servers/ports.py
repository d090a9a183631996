"""Free ports for private servers."""

import secrets
import socket

# Below the range of ports that Linux uses for outgoing connections (32768 and up). While
# a server is down, its port in that range could be taken by another connection, or by a
# client of the server that retries until loopback connects it to itself.
_LOWEST = 15000
_HIGHEST = 32000
_ATTEMPTS = 100

_given: set[int] = set()


def free_port() -> int:
    """Return a loopback TCP port that nothing listens on, and never the same one twice.

    Chosen at random, so that two test sessions hardly ever choose the same one.
    """
    for _ in range(_ATTEMPTS):
        port = _LOWEST + secrets.randbelow(_HIGHEST - _LOWEST)
        if port not in _given and _is_free(port):
            _given.add(port)
            return port
    raise RuntimeError(f"no free port between {_LOWEST} and {_HIGHEST} in {_ATTEMPTS} attempts")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
