"""The worker harness: a job runner, a simulator and a database for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from simulator import Options, Simulator
from tests.integration.worker.worker_harness import WorkerHarness


@pytest.fixture
def harness(database: Database, tmp_path: Path) -> Iterator[WorkerHarness]:
    """A harness with one job runner, on each of the two databases."""
    folder = tmp_path / "media"
    folder.mkdir()
    options = Options(media=folder, processing=0.05, publishing=0.05, hang=1.5)
    with Simulator(options) as simulator:
        running = WorkerHarness(database, simulator, folder)
        try:
            running.start_runner()
            yield running
        finally:
            running.close()
