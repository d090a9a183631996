"""Ports for private servers."""

import secrets
import socket

# Below the range from which Linux takes the ports of outgoing connections
# (32768 and up). A port from that range can be lost while its server is down:
# to another connection, or to a client that retries until loopback connects it
# to itself.
_LOWEST = 15000
_HIGHEST = 32000
_ATTEMPTS = 100

_given: set[int] = set()


def free_port() -> int:
    """Return a loopback TCP port that nothing listens on, and never the same one twice.

    Chosen at random, so that two sessions at once hardly ever meet.
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
