"""Folders to run commands in, and a simulator that serves the example's media."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator import Options, Simulator
from tests.integration.cli.command import Shell, on_sqlite

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """An empty folder with a database to be."""
    return on_sqlite(tmp_path)


@pytest.fixture(scope="module")
def media_base() -> Iterator[str]:
    """Where the example calendar's media is served; its rows say `media/…`."""
    with Simulator(Options(media=EXAMPLES / "media")) as simulator:
        yield f"{simulator.origin}/"
