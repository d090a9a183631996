"""What every test may ask for: real servers, and databases at the newest level."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.database import Database
from models.upgrade import upgrade

pytest_plugins = ["tests.servers.fixtures", "tests.acceptance.fixtures"]


@contextmanager
def _migrated(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        upgrade(database)
        yield database
    finally:
        database.close()


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """A migrated database in a file of its own."""
    with _migrated(f"sqlite:///{tmp_path / 'slotbeat.db'}") as database:
        yield database


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[Database]:
    """A migrated database on the session's PostgreSQL, dropped after the test."""
    with _migrated(postgres_url) as database:
        yield database


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated database: the test runs once on SQLite and once on PostgreSQL."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found
