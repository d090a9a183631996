"""The served API, as the tests of its routes have it."""

from tests.integration.conftest import any_api, postgres_api, sqlite_api

__all__ = ["any_api", "postgres_api", "sqlite_api"]
