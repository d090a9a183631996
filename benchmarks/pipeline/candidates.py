"""The four candidates, each with real processes: runs one and returns its figures."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from celery import Celery

from benchmarks.pipeline import chain, naive
from benchmarks.pipeline.environment import BenchmarkEnvironment
from benchmarks.pipeline.pipeline_stack import ROOT, PipelineStack
from benchmarks.process_cpu import cpu_seconds
from tests.processes import Process
from tests.wait import wait_until

LIMIT = 240.0


@dataclass(frozen=True, slots=True)
class ThroughputFigures:
    """One run: posts, seconds, CPU seconds by process, and calls at the stub."""

    posts: int
    seconds: float
    cpu: dict[str, float]
    calls: int

    @property
    def rate(self) -> float:
        """Posts per second."""
        return self.posts / self.seconds

    @property
    def worker_ms(self) -> float:
        """The worker's CPU per post (ms)."""
        return self.cpu["worker"] / self.posts * 1000


def run_slotbeat(environment: BenchmarkEnvironment, count: int) -> ThroughputFigures:
    """Slotbeat: from the commit of the posts until our own rows call all of them published."""
    with environment.open_stack() as stack:
        insert = _insertion(stack, environment.kind)
        before, calls = _cpu_seconds(environment, stack), environment.stats()["calls"]
        insert(count)
        begin = time.perf_counter()
        wait_until(lambda: stack.count_published() >= count, LIMIT, "all posts are out")
        seconds = time.perf_counter() - begin
        after = _cpu_seconds(environment, stack)
        calls = environment.stats()["calls"] - calls
    used = {name: after[name] - before[name] for name in after}
    return ThroughputFigures(count, seconds, used, calls)


def _insertion(stack: PipelineStack, kind: str) -> Callable[[int], object]:
    """What inserts so many posts of this kind."""
    posts, own = stack.posts, stack.organization
    if kind == "bluesky":
        targets = posts.connect_bluesky(own)
        return lambda count: posts.insert_bluesky(own, count, targets)
    if kind == "text":
        return lambda count: posts.insert_texts(own, count)
    return lambda count: posts.insert_files(own, count, "/photo.jpg")


def _cpu_seconds(environment: BenchmarkEnvironment, stack: PipelineStack) -> dict[str, float]:
    postgres, redis = environment.postgres.process.pid, environment.redis.process.pid
    servers = {"postgres": cpu_seconds(postgres), "redis": cpu_seconds(redis)}
    return stack.cpu_seconds() | servers


def run_bare_loop(environment: BenchmarkEnvironment, count: int) -> ThroughputFigures:
    """(a): see `loop`."""
    command = [sys.executable, "-m", "benchmarks.pipeline.loop", str(count), environment.kind]
    log = environment.folder / "loop.log"
    with Process(command, log, environment.process_env, ROOT) as process:
        status = process.wait(LIMIT)
        if status:
            raise RuntimeError(process.output())
        printed = json.loads(process.output().splitlines()[-1])
    cpu, calls = {"worker": printed["cpu"]}, environment.stats()["calls"]
    return ThroughputFigures(count, printed["seconds"], cpu, calls)


def celery_runner(module: ModuleType) -> Callable[[BenchmarkEnvironment, int], ThroughputFigures]:
    """(b) and (c): a prefork worker with as many processes as ours has."""

    def run(environment: BenchmarkEnvironment, count: int) -> ThroughputFigures:
        pool = ["--pool", "prefork", "--concurrency", str(environment.processes)]
        arguments = ["-A", module.__name__, "worker", *pool, "--loglevel", "INFO"]
        command = [sys.executable, "-m", "celery", *arguments]
        log = environment.folder / "celery.log"
        with Process(command, log, environment.process_env, ROOT) as process:
            process.wait_for_line(" ready.")
            sender = Celery(broker=environment.redis.url)
            before, begin = cpu_seconds(process.pid), time.perf_counter()
            for _ in range(count):
                module.send(sender, environment.kind)
            wait_until(lambda: environment.stats()["seen"] >= count, LIMIT, "all posts are out")
            seconds = time.perf_counter() - begin
            used = {"worker": cpu_seconds(process.pid) - before}
            return ThroughputFigures(count, seconds, used, environment.stats()["calls"])

    return run


@dataclass(frozen=True, slots=True)
class Candidate:
    """`kinds`: the posts that it can publish; `is_parallel`: whether it has several processes."""

    title: str
    run: Callable[[BenchmarkEnvironment, int], ThroughputFigures]
    kinds: tuple[str, ...]
    is_parallel: bool = True


KINDS = ("photo", "text", "bluesky")
CANDIDATES = {
    "ours": Candidate("Slotbeat", run_slotbeat, KINDS),
    "loop": Candidate("(a) bare `httpx.Client` in a loop", run_bare_loop, KINDS, is_parallel=False),
    "naive": Candidate("(b) a task a post, a client a call", celery_runner(naive), KINDS[:2]),
    "chain": Candidate("(c) chain, shared client, `retry`", celery_runner(chain), KINDS[:2]),
}
