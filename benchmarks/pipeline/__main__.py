"""`python -m benchmarks.pipeline`: compares our pipeline with plain ones, in one run."""

import argparse
import json
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import asdict

from benchmarks.pipeline import report, worker_memory
from benchmarks.pipeline.candidates import CANDIDATES, KINDS, ThroughputFigures
from benchmarks.pipeline.environment import open_environment
from benchmarks.pipeline.report import Case, Results, Setup
from tests.servers import Postgres, Redis


def _numbers(text: str) -> list[float]:
    return [float(each) for each in text.split(",")]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pipeline", description=__doc__)
    parser.add_argument("--kinds", default=",".join(KINDS), help="of posts (%(default)s)")
    parser.add_argument(
        "--processing", type=_numbers, default="1,10", help="seconds for a photo (%(default)s)"
    )
    parser.add_argument(
        "--processes", type=_numbers, help="of each worker; default: 1,2 in the first case, else 1"
    )
    parser.add_argument("--posts", type=int, default=1000, help="of ours and the chain")
    parser.add_argument("--runs", type=int, default=1, help="of all, one after the other")
    parser.add_argument("--memory", action="store_true", help="2 GiB of videos, and nothing else")
    parser.add_argument("--candidates", default=",".join(CANDIDATES), help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="all figures as JSON")
    return parser.parse_args()


def _cases(given: argparse.Namespace) -> Iterator[Case]:
    for kind in given.kinds.split(","):
        for processing in given.processing if kind == "photo" else [1.0]:
            yield Case(kind, processing)


def _measurements(given: argparse.Namespace) -> Iterator[tuple[Case, Setup]]:
    """What is measured in one run, in its order."""
    for index, case in enumerate(_cases(given)):
        numbers = given.processes or ([1] if index else [1, 2])
        for name in given.candidates.split(","):
            if case.kind in CANDIDATES[name].kinds:
                for number in numbers if CANDIDATES[name].is_parallel else [1]:
                    yield case, Setup(name, int(number))


def _measure(
    postgres: Postgres, redis: Redis, posts: int, case: Case, setup: Setup
) -> ThroughputFigures:
    # One after the other, each as long as the stub works on its file: two show the rate as well.
    counts = {"naive": 4 if case.processing < 5 else 2, "loop": min(posts, 300)}
    with open_environment(postgres, redis, *case, processes=setup.processes) as environment:
        count = counts.get(setup.candidate, posts)
        figures = CANDIDATES[setup.candidate].run(environment, count)
        if environment.stats()["doubled"]:
            raise RuntimeError(f"{setup.candidate} published posts twice")
    return figures


def _run_all(given: argparse.Namespace) -> Results:
    results: Results = {}
    with Postgres() as postgres, Redis() as redis:
        for _ in range(given.runs):
            for case, setup in _measurements(given):
                figures = _measure(postgres, redis, given.posts, case, setup)
                results.setdefault(case, {}).setdefault(setup, []).append(figures)
                load, line = os.getloadavg()[0], json.dumps(asdict(figures))
                sys.stderr.write(f"{case.title}, {setup} (load {load:.1f}): {line}\n")
    return results


def _memory(videos: int) -> dict[str, float]:
    with (
        Postgres() as postgres,
        Redis() as redis,
        open_environment(postgres, redis, "photo", 1.0) as environment,
    ):
        return worker_memory.measure_memory(environment, videos)


def main() -> None:
    """Compare, and print the tables; progress goes to stderr."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    given = _arguments()
    if given.memory:
        found = {videos: _memory(videos) for videos in worker_memory.VIDEOS}
        sys.stdout.write(worker_memory.table(found) + "\n")
        return
    results = _run_all(given)
    text = json.dumps(report.as_json(results), indent=2) if given.json else report.tables(results)
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
