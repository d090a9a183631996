"""One API server for each module and database, and a new organization for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.live_server import ApiServer, OrganizationClient, run_api
from tests.servers import Postgres


@pytest.fixture(scope="module")
def sqlite_api(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[ApiServer]:
    """The API on SQLite."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("api") / "slotbeat.db")
    with run_api(f"sqlite:///{path}") as api:
        yield api


@pytest.fixture(scope="module")
def postgres_api(postgres_server: Postgres, postgres_template: str) -> Iterator[ApiServer]:
    """The API on PostgreSQL."""
    postgres_server.revive()
    url = postgres_server.create_database(postgres_template)
    with run_api(url) as api:
        yield api
    postgres_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgres"])
def any_api(request: pytest.FixtureRequest) -> ApiServer:
    """The API: once on SQLite, once on PostgreSQL."""
    api: ApiServer = request.getfixturevalue(f"{request.param}_api")
    return api


@pytest.fixture
def organization(sqlite_api: ApiServer) -> OrganizationClient:
    """A new organization on SQLite."""
    return sqlite_api.create_organization()


@pytest.fixture
def any_organization(any_api: ApiServer) -> OrganizationClient:
    """A new organization: once on SQLite, once on PostgreSQL."""
    return any_api.create_organization()
