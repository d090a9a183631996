"""Puts a private Redis into states in which it answers, and refuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.servers.redis import Redis


@contextmanager
def full_redis(server: Redis) -> Iterator[None]:
    """Its memory is full, and it drops nothing (`noeviction`): writes are refused."""
    with server.client() as admin:
        admin.config_set("maxmemory", 1)
        try:
            yield
        finally:
            admin.config_set("maxmemory", 0)


@contextmanager
def reading_redis(server: Redis) -> Iterator[None]:
    """It is a replica, as an old primary after a failover."""
    with server.client() as admin:
        # Nothing listens there: it keeps its data, and waits for its primary.
        admin.execute_command("REPLICAOF", "127.0.0.1", "1")
        try:
            yield
        finally:
            admin.execute_command("REPLICAOF", "NO", "ONE")


@contextmanager
def other_password(server: Redis) -> Iterator[None]:
    """It wants a password that its clients do not have; they have to connect anew."""
    with server.client() as admin:
        admin.config_set("requirepass", "rotated")
        admin.execute_command("AUTH", "rotated")
        _end_clients(admin)
        try:
            yield
        finally:
            admin.config_set("requirepass", "")


def _end_clients(admin: Any) -> None:  # noqa: ANN401  (redis-py has no types for this)
    """Close the connections of all other clients."""
    for kind in ("normal", "pubsub"):
        admin.execute_command("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")
