"""The four candidates, each with real processes: runs one and returns its figures."""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import httpx
from celery import Celery

from benchmarks.pipeline import chain, naive
from benchmarks.pipeline.pipeline_stack import ROOT, PipelineStack
from benchmarks.process_cpu import cpu_seconds
from tests.processes import Process
from tests.servers import Postgres, Redis
from tests.wait import wait_until

LIMIT = 240.0
# Our default poll interval (s); with a fast stub the others poll as often as it processes.
MAX_POLL = 2.0


@dataclass(frozen=True, slots=True)
class BenchmarkEnvironment:
    """The servers, the stub's address, a folder for logs, and the stub's processing time (s)."""

    postgres: Postgres
    redis: Redis
    stub: str
    folder: Path
    processing: float

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


@dataclass(frozen=True, slots=True)
class ThroughputFigures:
    """One run: posts, seconds, and CPU seconds by process."""

    posts: int
    seconds: float
    cpu: dict[str, float]

    @property
    def rate(self) -> float:
        """Posts per second."""
        return self.posts / self.seconds

    @property
    def worker_ms(self) -> float:
        """The worker's CPU per post (ms)."""
        return self.cpu["worker"] / self.posts * 1000


def run_slotbeat(environment: BenchmarkEnvironment, count: int) -> ThroughputFigures:
    """Slotbeat: default settings, one worker process, every commit synced to disk."""
    url = environment.postgres.create_database()
    try:
        with PipelineStack(
            environment.folder, url, environment.redis.url, environment.stub
        ) as stack:
            servers = {
                "postgres": environment.postgres.process.pid,
                "redis": environment.redis.process.pid,
            }
            before = stack.cpu_seconds() | {name: cpu_seconds(pid) for name, pid in servers.items()}
            stack.insert_posts(count, "/photo.jpg")
            begin = time.perf_counter()
            wait_until(lambda: stack.count_published() >= count, LIMIT, "all posts are out")
            seconds = time.perf_counter() - begin
            after = stack.cpu_seconds() | {name: cpu_seconds(pid) for name, pid in servers.items()}
    finally:
        environment.postgres.drop_database(url)
    return ThroughputFigures(count, seconds, {name: after[name] - before[name] for name in after})


def run_bare_loop(environment: BenchmarkEnvironment, count: int) -> ThroughputFigures:
    """(a): see `loop`."""
    command = [sys.executable, "-m", "benchmarks.pipeline.loop", str(count)]
    with Process(
        command, environment.folder / "loop.log", environment.process_env, ROOT
    ) as process:
        status = process.wait(LIMIT)
        if status:
            raise RuntimeError(process.output())
        printed = json.loads(process.output().splitlines()[-1])
    return ThroughputFigures(count, printed["seconds"], {"worker": printed["cpu"]})


def celery_runner(module: ModuleType) -> Callable[[BenchmarkEnvironment, int], ThroughputFigures]:
    """(b) and (c): a prefork worker with one process per core."""

    def run(environment: BenchmarkEnvironment, count: int) -> ThroughputFigures:
        arguments = ["-A", module.__name__, "worker", "--pool", "prefork", "--concurrency", "2"]
        command = [sys.executable, "-m", "celery", *arguments, "--loglevel", "INFO"]
        with Process(
            command, environment.folder / "celery.log", environment.process_env, ROOT
        ) as process:
            process.wait_for_line(" ready.")
            sender = Celery(broker=environment.redis.url)
            before, seen = cpu_seconds(process.pid), environment.stats()["seen"]
            begin = time.perf_counter()
            for _ in range(count):
                module.send(sender)
            wait_until(
                lambda: environment.stats()["seen"] >= seen + count, LIMIT, "all posts are out"
            )
            seconds = time.perf_counter() - begin
            return ThroughputFigures(count, seconds, {"worker": cpu_seconds(process.pid) - before})

    return run


CANDIDATES: dict[str, tuple[str, Callable[[BenchmarkEnvironment, int], ThroughputFigures]]] = {
    "ours": ("Slotbeat", run_slotbeat),
    "loop": ("(a) bare `httpx.Client` in a loop", run_bare_loop),
    "naive": ("(b) a task a post, a client a call", celery_runner(naive)),
    "chain": ("(c) chain, shared client, `retry`", celery_runner(chain)),
}
