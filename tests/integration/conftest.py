"""One API server for each module and database, and a new organization for each test."""

from collections.abc import Iterator

import pytest

from tests.integration.live_server import ApiServer, OrganizationClient, run_api
from tests.servers import Postgres


@pytest.fixture(scope="module")
def sqlite_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """The API on SQLite."""
    path = tmp_path_factory.mktemp("api") / "slotbeat.db"
    with run_api(f"sqlite:///{path}") as api:
        yield api


@pytest.fixture(scope="module")
def postgres_api(postgres_server: Postgres) -> Iterator[ApiServer]:
    """The API on PostgreSQL."""
    postgres_server.start()
    postgres_server.process.resume()
    url = postgres_server.create_database()
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
