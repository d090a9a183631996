"""Runs every candidate at every size, one after the other, each in its own process."""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.beat.candidates.registry import CANDIDATES, CandidateEntry
from benchmarks.beat.measure import MeasurementTask
from tests.processes import Process
from tests.servers import Postgres, Redis

ROOT = Path(__file__).parents[2]
# With more rules than this, only the candidates with `scales` run.
LARGE = 100_000
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ComparisonPlan:
    """What to run: sizes, bursts, candidates, and the time limit of a phase (s)."""

    sizes: list[int]
    bursts: list[int]
    candidates: list[str]
    limit: float


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers that all candidates share, one at a time."""

    postgres: Postgres
    redis: Redis


def compare_candidates(plan: ComparisonPlan) -> Iterator[tuple[int, str, Figures]]:
    """(size, candidate, figures), one after the other."""
    with Postgres() as postgres, Redis() as redis:
        servers = Servers(postgres, redis)
        for size in plan.sizes:
            for name in plan.candidates:
                if size <= LARGE or CANDIDATES[name].scales:
                    yield size, name, _measure(servers, plan, name, size)


def _measure(servers: Servers, plan: ComparisonPlan, name: str, size: int) -> Figures:
    servers.redis.flush()
    with (
        tempfile.TemporaryDirectory() as folder,
        _database(servers, CANDIDATES[name], folder) as url,
    ):
        output = Path(folder, "figures")
        output.touch()
        bursts = [count for count in plan.bursts if count * 10 <= size]
        task = MeasurementTask(name, url, servers.redis.url, folder, size, bursts, str(output))
        problem = _phase("fill", task, plan.limit) or _phase("run", task, plan.limit)
        lines = map(json.loads, output.read_text(encoding="utf-8").splitlines())
        figures: Figures = {line["metric"]: line["value"] for line in lines}
    return figures | ({"problem": problem} if problem else {})


@contextmanager
def _database(servers: Servers, entry: CandidateEntry, folder: str) -> Iterator[str]:
    if entry.database != "postgres":
        yield f"sqlite:///{folder}/rules.db"
        return
    url = servers.postgres.create_database()
    yield url
    servers.postgres.drop_database(url)


def _phase(phase: str, task: MeasurementTask, limit: float) -> str | None:
    """Run a phase; returns the problem, if there was one."""
    command = [sys.executable, "-m", "benchmarks.beat.measure", phase, json.dumps(asdict(task))]
    with Process(command, log=Path(task.folder, f"{phase}.log"), cwd=ROOT) as process:
        try:
            status = process.wait(limit)
        except AssertionError:
            return f"{phase}: more than {limit:.0f} s"
        return f"{phase} failed: {process.output()[-1500:]}" if status else None
