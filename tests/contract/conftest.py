"""The API servers of tests/integration, for the contract tests."""

from tests.integration.conftest import any_api, postgres_api, sqlite_api

__all__ = ["any_api", "postgres_api", "sqlite_api"]
