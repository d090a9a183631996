"""What every test can use: migrated databases, real servers, and the tiers of the test run."""

import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from models.database import Database
from models.migrate import upgrade
from tests import hypothesis_profiles, tiers
from tests.servers import Postgres

pytest_plugins = ["tests.servers.fixtures", "tests.acceptance.fixtures"]

hypothesis_profiles.register()


@contextmanager
def _open_database(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file to copy: the migrations take longer than most tests."""
    path = tmp_path_factory.mktemp("template") / "slotbeat.db"
    with _open_database(f"sqlite:///{path}") as database:
        upgrade(database)
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Postgres) -> str:
    """The name of a migrated PostgreSQL database to copy."""
    postgres_server.revive()
    url = postgres_server.create_database()
    with _open_database(url) as database:
        upgrade(database)
    return urlsplit(url).path.removeprefix("/")


@pytest.fixture
def sqlite_database(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    """A migrated database in a file of its own."""
    path = shutil.copy(sqlite_template, tmp_path / "slotbeat.db")
    with _open_database(f"sqlite:///{path}") as database:
        yield database


@pytest.fixture
def postgres_database(postgres_server: Postgres, postgres_template: str) -> Iterator[Database]:
    """A migrated database on the session's PostgreSQL, dropped after the test."""
    postgres_server.revive()
    url = postgres_server.create_database(postgres_template)
    with _open_database(url) as database:
        yield database
    postgres_server.revive()
    postgres_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated database: the test runs once on SQLite and once on PostgreSQL."""
    database: Database = request.getfixturevalue(f"{request.param}_database")
    return database


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A test that needs a server without the marker `servers` fails."""
    with tiers.forbid_unmarked_servers(item):
        return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need servers, and put the longest tests first, so that no worker process
    runs one of them alone at the end."""
    tiers.mark_servers(items)
    items.sort(key=lambda item: not _takes_long(item.path))


def _takes_long(path: Path) -> bool:
    return bool({"faults", "acceptance"} & set(path.parts)) or path.stem.endswith("_chaos")
