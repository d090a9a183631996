"""`python -m benchmarks.pipeline`: compares our pipeline with plain ones, in one run."""

import argparse
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from benchmarks.pipeline import report, worker_memory
from benchmarks.pipeline.candidates import CANDIDATES, BenchmarkEnvironment, ThroughputFigures
from benchmarks.pipeline.pipeline_stack import ROOT
from tests.processes import Process
from tests.servers import Postgres, Redis


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pipeline", description=__doc__)
    parser.add_argument("--processing", default="1,10", help="seconds for a file (%(default)s)")
    parser.add_argument("--posts", type=int, default=2000, help="of ours and the chain")
    parser.add_argument("--memory", action="store_true", help="a video of 2 GiB, and nothing else")
    parser.add_argument("--candidates", default=",".join(CANDIDATES), help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="all figures as JSON")
    return parser.parse_args()


@contextmanager
def _environment(
    postgres: Postgres, redis: Redis, processing: float
) -> Iterator[BenchmarkEnvironment]:
    """A stub with this processing time (s), an empty broker, and a folder for logs."""
    redis.flush()
    command = [sys.executable, "-m", "benchmarks.pipeline.stub", str(processing)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Process(command, folder / "stub.log", cwd=ROOT) as stub:
            port = stub.wait_for_line("stub listening on").rsplit(" ", 1)[1]
            yield BenchmarkEnvironment(
                postgres, redis, f"http://127.0.0.1:{port}", folder, processing
            )


def _runs(given: argparse.Namespace) -> Iterator[tuple[float, str, ThroughputFigures]]:
    counts = {"naive": 4, "loop": min(given.posts, 300)}
    with Postgres() as postgres, Redis() as redis:
        for processing in map(float, given.processing.split(",")):
            for name in given.candidates.split(","):
                with _environment(postgres, redis, processing) as environment:
                    figures = CANDIDATES[name][1](environment, counts.get(name, given.posts))
                    if environment.stats()["doubled"]:
                        raise RuntimeError(f"{name} published posts twice")
                yield processing, name, figures


def _memory() -> dict[str, float]:
    with Postgres() as postgres, Redis() as redis, _environment(postgres, redis, 1) as environment:
        return worker_memory.measure_memory(environment)


def main() -> None:
    """Compare, and print the tables; progress goes to stderr."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    given = _arguments()
    if given.memory:
        sys.stdout.write(worker_memory.table(_memory()) + "\n")
        return
    results: report.Results = {}
    for processing, name, figures in _runs(given):
        results.setdefault(processing, {})[name] = figures
        load, line = os.getloadavg()[0], json.dumps(asdict(figures))
        sys.stderr.write(f"{processing:g} s {name} (load {load:.1f}): {line}\n")
    if given.json:
        figures_by_name = {str(k): {n: asdict(f) for n, f in v.items()} for k, v in results.items()}
        sys.stdout.write(json.dumps(figures_by_name, indent=2) + "\n")
    else:
        sys.stdout.write(report.tables(results) + "\n")


if __name__ == "__main__":
    main()
