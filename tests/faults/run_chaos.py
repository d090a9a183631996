"""`make chaos POSTS=5000 SEED=7`: a long chaos run, with a reconciliation at its end.

    python -m tests.faults.run_chaos --posts 5000 [--seed 7] [--embedded]

Exits with 1 if a promise was broken.
"""

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.faults.chaos import run_chaos
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis


def main() -> int:
    """Run, print the report, and return the exit code."""
    arguments = _parser().parse_args()
    seed = arguments.seed if arguments.seed is not None else time.time_ns() % 1_000_000
    print(f"{arguments.posts} posts, seed {seed}", flush=True)  # noqa: T201
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="slotbeat-chaos-")))
        postgres = None if arguments.embedded else stack.enter_context(Postgres())
        redis = None if arguments.embedded else stack.enter_context(Redis())
        chaos = stack.enter_context(run_chaos(folder, arguments.posts, seed, postgres, redis))
        began = time.monotonic()
        report = chaos.run()
        print(chaos.format_report(report))  # noqa: T201
        print(f"seconds  {time.monotonic() - began:.0f}")  # noqa: T201
    return 1 if report.violations else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.run_chaos")
    parser.add_argument("--posts", type=int, default=5000)
    parser.add_argument("--seed", type=int, help="of the random events and posts")
    parser.add_argument("--embedded", action="store_true", help="one process, on SQLite")
    return parser


if __name__ == "__main__":
    sys.exit(main())
