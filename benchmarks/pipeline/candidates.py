"""The four ways to carry posts, each over real processes, and what one run of each showed."""

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

from benchmarks.pipeline import chain, cpu, naive
from benchmarks.pipeline.house import ROOT, House
from tests.processes import Process
from tests.servers import Postgres, Redis
from tests.wait import wait_until

LIMIT = 240.0
# Of ours by default; more often than the file is slow helps nobody.
LONGEST_POLL = 2.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a candidate works: the servers, the stub's address, a folder, the stub's slowness."""

    postgres: Postgres
    redis: Redis
    stub: str
    folder: Path
    processing: float

    @property
    def environment(self) -> dict[str, str]:
        """What the other candidates' processes read."""
        poll = min(self.processing, LONGEST_POLL)
        own = {"STUB": self.stub, "BROKER": self.redis.url, "POLL": str(poll)}
        return {**os.environ, **{f"BENCH_{name}": value for name, value in own.items()}}

    def stats(self) -> dict[str, int]:
        """What the stub has seen."""
        found: dict[str, int] = httpx.get(self.stub + "/stats").json()
        return found


@dataclass(frozen=True, slots=True)
class Figures:
    """One run: posts, seconds, and CPU seconds by process."""

    posts: int
    seconds: float
    cpu: dict[str, float]

    @property
    def rate(self) -> float:
        """Posts a second."""
        return self.posts / self.seconds

    @property
    def worker_ms(self) -> float:
        """The worker's CPU a post (ms)."""
        return self.cpu["worker"] / self.posts * 1000


def ours(place: Place, count: int) -> Figures:
    """Slotbeat: default settings, one worker process, every commit on the disk."""
    url = place.postgres.create_database()
    try:
        with House(place.folder, url, place.redis.url, place.stub) as house:
            servers = {"postgres": place.postgres.process.pid, "redis": place.redis.process.pid}
            before = house.cpu() | {name: cpu.seconds(pid) for name, pid in servers.items()}
            house.accept(count, "/photo.jpg")
            begin = time.perf_counter()
            wait_until(lambda: house.published() >= count, LIMIT, "all posts are out")
            seconds = time.perf_counter() - begin
            after = house.cpu() | {name: cpu.seconds(pid) for name, pid in servers.items()}
    finally:
        place.postgres.drop_database(url)
    return Figures(count, seconds, {name: after[name] - before[name] for name in after})


def bare_loop(place: Place, count: int) -> Figures:
    """(a) see `loop`."""
    command = [sys.executable, "-m", "benchmarks.pipeline.loop", str(count)]
    with Process(command, place.folder / "loop.log", place.environment, ROOT) as process:
        status = process.wait(LIMIT)
        if status:
            raise RuntimeError(process.output())
        found = json.loads(process.output().splitlines()[-1])
    return Figures(count, found["seconds"], {"worker": found["cpu"]})


def celery(module: ModuleType) -> Callable[[Place, int], Figures]:
    """(b) and (c): a prefork worker with a process a core."""

    def run(place: Place, count: int) -> Figures:
        arguments = ["-A", module.__name__, "worker", "--pool", "prefork", "--concurrency", "2"]
        command = [sys.executable, "-m", "celery", *arguments, "--loglevel", "INFO"]
        with Process(command, place.folder / "celery.log", place.environment, ROOT) as process:
            process.wait_for_line(" ready.")
            sender = Celery(broker=place.redis.url)
            before, seen = cpu.seconds(process.pid), place.stats()["seen"]
            begin = time.perf_counter()
            for _ in range(count):
                module.send(sender)
            wait_until(lambda: place.stats()["seen"] >= seen + count, LIMIT, "all posts are out")
            seconds = time.perf_counter() - begin
            return Figures(count, seconds, {"worker": cpu.seconds(process.pid) - before})

    return run


CANDIDATES: dict[str, tuple[str, Callable[[Place, int], Figures]]] = {
    "ours": ("Slotbeat", ours),
    "loop": ("(a) bare `httpx.Client` in a loop", bare_loop),
    "naive": ("(b) a task a post, a client a call", celery(naive)),
    "chain": ("(c) chain, shared client, `retry`", celery(chain)),
}
