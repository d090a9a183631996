"""The stack of a long run: web, two beats, two workers, with the times of production."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from models.database import Database
from models.store.tenants import organizations, social_settings
from tests.acceptance.stack import Stack
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis

ROLES = ("web", "beat", "second beat", "worker", "second worker")
# Stack has short times; these are the defaults of production.
PRODUCTION = {"TICK": "1", "POLL_INTERVAL": "2", "CLAIM_TTL": "30", "LOG_LEVEL": "info"}


@contextmanager
def open_load_stack(
    folder: Path, postgres: Postgres, redis: Redis, settings: Mapping[str, str]
) -> Iterator[Stack]:
    """The running stack on a new database; nothing fails at its simulator."""
    url = postgres.create_database()
    given = {**PRODUCTION, **settings}
    with Stack(folder, url, redis.url, 0, roles=ROLES, settings=given) as stack:
        yield stack


def create_organizations(stack: Stack, count: int, **columns: object) -> list[str]:
    """Organizations with these settings; returns an API key of each."""
    database = Database(stack.database_url)
    keys = []
    with database.write() as session:
        for number in range(count):
            made, key = organizations.create(session, f"Organization {number}", "simulator")
            settings = social_settings.lock_organization(session, made.id)
            settings.sqlmodel_update(columns)
            session.add(settings)
            keys.append(key)
    database.close()
    return keys
