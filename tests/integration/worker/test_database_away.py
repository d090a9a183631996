"""A worker whose database only reads for a while: a line, no defect, and the post goes out."""

from pathlib import Path

import pytest

from models.database import Database
from simulator import Options, Simulator
from tests.integration.worker.worker_harness import WorkerHarness
from tests.servers.read_only import read_only_server


def test_a_worker_says_that_its_database_only_reads(
    postgres_database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A message that it gets meanwhile claims nothing and raises nothing; later it does."""
    with Simulator(Options(media=tmp_path, processing=0.05, publishing=0.05)) as simulator:
        harness = WorkerHarness(postgres_database, simulator, tmp_path)
        runner = harness.start_runner()
        with read_only_server(postgres_database):
            assert runner.run(["no-job"]) == 0
        lines = [
            each for each in caplog.records
            if each.name == "worker.runner" and "read-only" in each.getMessage()
        ]  # fmt: skip
        assert lines
        assert {(each.levelname, each.exc_info) for each in lines} == {("WARNING", None)}
        assert runner.run(["no-job"]) == 0
        harness.close()
