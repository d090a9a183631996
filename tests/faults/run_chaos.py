"""`make chaos POSTS=10000 SEED=7`: a long chaos run, with a reconciliation at its end.

    python -m tests.faults.run_chaos --posts 10000 [--seed 7] [--embedded] [--proof FILE]

Exits with 1 if a promise was broken, or if a process ended by itself.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from tests.faults.chaos import ChaosRun, run_chaos
from tests.faults.chaos_report import format_sections, list_sections
from tests.faults.proof_page import write_proof_page
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis

PROGRESS_SECONDS = 30


def main() -> int:
    """Run, print the report, and return the exit code."""
    given = _parser().parse_args()
    seed = given.seed if given.seed is not None else time.time_ns() % 1_000_000
    print(f"{given.posts} posts, seed {seed}", flush=True)  # noqa: T201
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="slotbeat-chaos-")))
        postgres = None if given.embedded else stack.enter_context(Postgres())
        redis = None if given.embedded else stack.enter_context(Redis())
        chaos = stack.enter_context(run_chaos(folder, given.posts, seed, postgres, redis))
        began = time.monotonic()
        with _print_progress(chaos):
            report = chaos.run()
        sections = list_sections(chaos, report, time.monotonic() - began)
        print(format_sections(sections))  # noqa: T201
        if given.proof:
            servers = _read_versions(postgres, redis)
            write_proof_page(given.proof, _title(given), _command(given, seed), sections, servers)
    return 1 if report.violations else 0


@contextmanager
def _print_progress(chaos: ChaosRun) -> Iterator[None]:
    """Print a line now and then, until the block ends."""
    ended, began = threading.Event(), time.monotonic()

    def show() -> None:
        while not ended.wait(PROGRESS_SECONDS):
            seconds = time.monotonic() - began
            print(f"{seconds:5.0f} s  {chaos.describe_progress()}", flush=True)  # noqa: T201

    thread = threading.Thread(target=show, name="progress")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _read_versions(postgres: Postgres | None, redis: Redis | None) -> dict[str, str]:
    found = {}
    if postgres is not None:
        with psycopg.connect(postgres.url().replace("+psycopg", "", 1)) as connection:
            found["PostgreSQL"] = connection.info.parameter_status("server_version") or "?"
    if redis is not None:
        with redis.client() as client:
            found["Redis"] = str(client.info("server")["redis_version"])
    return found


def _title(given: argparse.Namespace) -> str:
    where = "one process on SQLite" if given.embedded else "PostgreSQL and Redis"
    return f"Chaos: {given.posts:,} posts on {where}"


def _command(given: argparse.Namespace, seed: int) -> str:
    embedded = " ARGS=--embedded" if given.embedded else ""
    return f"make chaos POSTS={given.posts} SEED={seed}{embedded}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.run_chaos")
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--seed", type=int, help="of the random events and posts")
    parser.add_argument("--embedded", action="store_true", help="one process, on SQLite")
    parser.add_argument("--proof", type=Path, help="write the page of the run to this file")
    return parser


if __name__ == "__main__":
    sys.exit(main())
