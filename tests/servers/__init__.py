"""Private PostgreSQL and Redis servers for tests, on free ports, deleted at the end."""

from tests.servers.binaries import Source
from tests.servers.ports import free_port
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis

__all__ = ["Postgres", "Redis", "Source", "free_port"]
