"""Fixtures for real servers: one PostgreSQL and one Redis a session, empty for each test."""

import signal
from collections.abc import Iterator

import pytest

from tests.servers.postgres import Postgres
from tests.servers.redis import Redis


def pytest_configure() -> None:
    """Make SIGTERM end a session as Ctrl-C does, with teardowns, so that no server is left."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """The session's PostgreSQL."""
    with Postgres() as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """The session's Redis, without persistence."""
    with Redis() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """The address of a fresh database, dropped after the test."""
    postgres_server.revive()
    url = postgres_server.create_database()
    yield url
    postgres_server.revive()
    postgres_server.drop_database(url)


@pytest.fixture
def redis_url(redis_server: Redis) -> str:
    """The address of the session's Redis, emptied before the test."""
    redis_server.revive()
    redis_server.flush()
    return redis_server.url
