"""Folders to run commands in, and a simulator that serves the example's media."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from simulator import Options, Simulator
from tests.integration.cli.run_command import CommandRunner, sqlite_environment
from tests.paths import ROOT

EXAMPLES = ROOT / "examples"


@pytest.fixture
def shell(tmp_path: Path) -> CommandRunner:
    """An empty folder, where the database will be created."""
    return sqlite_environment(tmp_path)


@pytest.fixture
def migrated_shell(database: Database, tmp_path: Path) -> CommandRunner:
    """A shell beside a migrated database, on SQLite and on PostgreSQL."""
    url = database.url.render_as_string(hide_password=False)
    return CommandRunner(tmp_path, {"DATABASE_URL": url, "SECRET_KEY": "a secret for tests"})


@pytest.fixture(scope="module")
def media_base() -> Iterator[str]:
    """Where the example calendar's media is served; its rows say `media/…`."""
    with Simulator(Options(media=EXAMPLES / "media")) as simulator:
        yield f"{simulator.origin}/"
