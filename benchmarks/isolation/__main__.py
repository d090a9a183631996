"""`python -m benchmarks.isolation`: another organization's post, calm and beside trouble."""

import argparse
import signal
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.isolation.isolation_stack import IsolationStack
from benchmarks.isolation.scenarios import DEFAULT, SCENARIOS
from benchmarks.markdown_table import table_head, table_row
from benchmarks.pipeline.pipeline_stack import ROOT
from tests.processes import Process
from tests.servers import Postgres, Redis


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.isolation", description=__doc__)
    parser.add_argument("--scenarios", default=",".join(DEFAULT), help="default: %(default)s")
    parser.add_argument("--posts", type=int, default=5, help="posts to measure (%(default)s)")
    parser.add_argument("--timeout", type=float, default=60, help="seconds a post (%(default)s)")
    return parser.parse_args()


@contextmanager
def _stack(postgres: Postgres, redis: Redis) -> Iterator[IsolationStack]:
    redis.flush()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [sys.executable, "-m", "benchmarks.pipeline.stub", "1"]
        with Process(command, folder / "stub.log", cwd=ROOT) as stub:
            port = stub.wait_for_line("stub listening on").rsplit(" ", 1)[1]
            address = f"http://127.0.0.1:{port}"
            url = postgres.create_database()
            with IsolationStack(folder, url, redis.url, address) as stack:
                yield stack


def _measure(given: argparse.Namespace, name: str, stack: IsolationStack) -> tuple[float, float]:
    """The median seconds of a post: calm, and beside the scenario's trouble."""

    seconds = getattr(SCENARIOS[name], "seconds", IsolationStack.publish_seconds)

    def median() -> float:
        return statistics.median(seconds(stack, given.timeout) for _ in range(given.posts))

    seconds(stack, given.timeout)  # the first post also opens connections
    calm = median()
    with SCENARIOS[name].begin(stack):
        return calm, median()


def main() -> None:
    """Measure each scenario with a new database, and print a table."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    given = _arguments()
    rows = []
    with Postgres() as postgres, Redis() as redis:
        for name in given.scenarios.split(","):
            with _stack(postgres, redis) as stack:
                calm, beside = _measure(given, name, stack)
            ratio = f"{beside / calm:.1f}"
            rows.append([SCENARIOS[name].TITLE, f"{calm:.1f} s", f"{beside:.1f} s", ratio])
            sys.stderr.write(f"{rows[-1]}\n")
    lines = [*table_head(["beside", "calm", "with it", "ratio"]), *map(table_row, rows)]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
