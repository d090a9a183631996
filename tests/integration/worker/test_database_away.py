"""A worker whose database only reads for a while: a line, no defect, and the post goes out."""

from logging import LogRecord
from pathlib import Path

import pytest

from models.database import Database
from models.store.jobs import job_queue
from models.task_names import JobKind
from simulator import Options, Simulator
from tests.integration.worker.worker_harness import WorkerHarness
from tests.servers.read_only import read_only_server
from tests.wait import wait_until


def test_a_worker_says_that_its_database_only_reads(
    postgres_database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A job that it gets meanwhile is not claimed, which raises nothing; later it goes on."""

    def lines() -> list[LogRecord]:
        return [
            each for each in caplog.records
            if each.name == "models.server_outage" and "read-only" in each.getMessage()
        ]  # fmt: skip

    with Simulator(Options(media=tmp_path, processing=0.05, publishing=0.05)) as simulator:
        harness = WorkerHarness(postgres_database, simulator, tmp_path)
        runner = harness.start_runner()
        post = harness.accept()
        with postgres_database.read() as session:
            job_id = job_queue.id_of(session, JobKind.POST, post.id)
        with read_only_server(postgres_database):
            runner.run([job_id])
            wait_until(lines)
        assert {(each.levelname, each.exc_info) for each in lines()} == {("WARNING", None)}
        (ended,) = harness.run_to_end(post)
        assert ended.status == "published"
        harness.close()
