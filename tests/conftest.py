"""What every test may ask for: real servers, and databases at the newest level."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, settings

from models.database import Database
from models.upgrade import upgrade
from tests.servers import Postgres

pytest_plugins = ["tests.servers.fixtures", "tests.acceptance.fixtures"]

# A slow or busy machine proves nothing about the code: no property fails for the time it takes.
settings.register_profile("slotbeat", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("slotbeat")


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy: the chain takes longer than most tests."""
    path = tmp_path_factory.mktemp("template") / "slotbeat.db"
    with _opened(f"sqlite:///{path}") as database:
        upgrade(database)
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Postgres) -> str:
    """The name of a migrated database to copy."""
    url = postgres_server.create_database()
    with _opened(url) as database:
        upgrade(database)
    return urlsplit(url).path.removeprefix("/")


@pytest.fixture
def sqlite_database(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    """A migrated database in a file of its own."""
    path = shutil.copy(sqlite_template, tmp_path / "slotbeat.db")
    with _opened(f"sqlite:///{path}") as database:
        yield database


@pytest.fixture
def postgres_database(postgres_server: Postgres, postgres_template: str) -> Iterator[Database]:
    """A migrated database on the session's PostgreSQL, dropped after the test."""
    postgres_server.revive()
    url = postgres_server.create_database(postgres_template)
    with _opened(url) as database:
        yield database
    postgres_server.revive()
    postgres_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated database: the test runs once on SQLite and once on PostgreSQL."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests first: run side by side, nobody waits for a last one."""
    items.sort(key=lambda item: not {"faults", "acceptance"} & set(item.path.parts))
