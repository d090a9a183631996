"""The fixture `stack`: the embedded and the distributed Slotbeat of acceptance and fault tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.log_check import PROVIDER_KEY
from tests.acceptance.stack import Stack


@pytest.fixture(params=["embedded", "distributed"])
def stack(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    """One process on SQLite, then several on PostgreSQL and Redis, which log as JSON. Every tenth
    call to the provider fails."""
    keys = {"SWONKIE_API_ID": "an-app", "SWONKIE_API_KEY": PROVIDER_KEY}
    if request.param == "embedded":
        with Stack(tmp_path, settings=keys) as running:
            yield running
        return
    database_url = request.getfixturevalue("postgres_url")
    broker_url = request.getfixturevalue("redis_url")
    settings = {**keys, "LOG_FORMAT": "json"}
    with Stack(tmp_path, database_url, broker_url, settings=settings) as running:
        yield running
