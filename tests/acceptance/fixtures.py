"""The two set-ups that every acceptance and fault scenario runs on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.stack import Stack


@pytest.fixture(params=["embedded", "distributed"])
def stack(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    """One process on SQLite, then separate ones on PostgreSQL and Redis; every tenth call fails."""
    if request.param == "embedded":
        with Stack(tmp_path) as running:
            yield running
        return
    database_url = request.getfixturevalue("postgres_url")
    broker_url = request.getfixturevalue("redis_url")
    with Stack(tmp_path, database_url, broker_url) as running:
        yield running
