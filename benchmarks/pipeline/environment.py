"""What a candidate runs in: the servers, the stub, and what is measured."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.pipeline.pipeline_stack import ROOT, PipelineStack
from tests.processes import Process
from tests.servers import Postgres, Redis

# Our default poll interval (s); with a fast stub the others poll as often as it processes.
MAX_POLL = 2.0


@dataclass(frozen=True, slots=True)
class BenchmarkEnvironment:
    """The servers, the stub's address, a folder for logs, and what is measured: the kind of posts,
    how long the stub works on a file (s), and how many processes each worker has."""

    postgres: Postgres
    redis: Redis
    stub: str
    folder: Path
    kind: str
    processing: float
    processes: int

    @property
    def process_env(self) -> dict[str, str]:
        """The environment of the other candidates' processes."""
        poll = min(self.processing, MAX_POLL)
        own = {"STUB": self.stub, "BROKER": self.redis.url, "POLL": str(poll)}
        return {**os.environ, **{f"BENCH_{name}": value for name, value in own.items()}}

    def stats(self) -> dict[str, int]:
        """The stub's counters."""
        counters: dict[str, int] = httpx.get(self.stub + "/stats").json()
        return counters

    @contextmanager
    def open_stack(self) -> Iterator[PipelineStack]:
        """Slotbeat with default settings, every commit synced to disk."""
        url = self.postgres.create_database()
        try:
            with PipelineStack(
                self.folder, url, self.redis.url, self.stub, self.processes
            ) as stack:
                yield stack
        finally:
            self.postgres.drop_database(url)


@contextmanager
def open_environment(
    postgres: Postgres, redis: Redis, kind: str, processing: float, processes: int = 1
) -> Iterator[BenchmarkEnvironment]:
    """A stub with this processing time (s), an empty broker, and a folder for logs."""
    redis.flush()
    command = [sys.executable, "-m", "benchmarks.pipeline.stub", str(processing)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Process(command, folder / "stub.log", cwd=ROOT) as stub:
            port = stub.wait_for_line("stub listening on").rsplit(" ", 1)[1]
            address = f"http://127.0.0.1:{port}"
            yield BenchmarkEnvironment(
                postgres, redis, address, folder, kind, processing, processes
            )
