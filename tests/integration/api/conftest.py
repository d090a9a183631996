"""One served API a module on each database, and a fresh organization a test."""

from collections.abc import Iterator

import pytest

from tests.integration.api.serving import Api, Organization, serving
from tests.servers import Postgres


@pytest.fixture(scope="module")
def sqlite_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """The API over SQLite."""
    path = tmp_path_factory.mktemp("api") / "slotbeat.db"
    with serving(f"sqlite:///{path}") as api:
        yield api


@pytest.fixture(scope="module")
def postgres_api(postgres_server: Postgres) -> Iterator[Api]:
    """The API over PostgreSQL."""
    postgres_server.start()
    postgres_server.process.resume()
    url = postgres_server.create_database()
    with serving(url) as api:
        yield api
    postgres_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgres"])
def any_api(request: pytest.FixtureRequest) -> Api:
    """The API: once over SQLite, once over PostgreSQL."""
    found: Api = request.getfixturevalue(f"{request.param}_api")
    return found


@pytest.fixture
def organization(sqlite_api: Api) -> Organization:
    """A fresh organization on SQLite."""
    return sqlite_api.organization()


@pytest.fixture
def any_organization(any_api: Api) -> Organization:
    """A fresh organization: once on SQLite, once on PostgreSQL."""
    return any_api.organization()
