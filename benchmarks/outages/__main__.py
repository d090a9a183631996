"""`python -m benchmarks.outages`: each process while the broker, the database or the provider is
away. Lines and CPU are those of the whole outage. In its second half a listener has the server's
port, ends each connection at once and counts them."""

import argparse
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg

from benchmarks.markdown_table import table_head, table_row
from benchmarks.outages.closed_door import ClosedDoor
from benchmarks.process_cpu import cpu_seconds
from tests.acceptance.stack import PATIENT_RETRIES, Stack
from tests.extra.rabbitmq_server import RabbitMq
from tests.faults.recording_client import create_client
from tests.servers import Postgres, Redis
from tests.servers.server import Server
from tests.wait import wait_until

CASES = ("redis", "rabbitmq", "postgres", "provider")
SETTINGS = {**PATIENT_RETRIES, "LOG_LEVEL": "info", "TICK": "1", "CLAIM_TTL": "30"}
PROBE_INTERVAL = 0.5
PATHS = ("/readyz", "/api/organizations/social-posts/posts")
Table = list[list[str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a process has written (lines) and spent (CPU seconds) so far."""

    lines: int
    cpu: float


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.outages", description=__doc__)
    parser.add_argument("--cases", default=",".join(CASES), help="default: %(default)s")
    parser.add_argument("--seconds", type=float, default=60, help="of an outage (%(default)s)")
    parser.add_argument("--posts", type=int, default=60, help="posts that wait (%(default)s)")
    parser.add_argument("--logs", type=Path, help="keep the processes' logs in this folder")
    return parser.parse_args()


def _read(stack: Stack) -> dict[str, Reading]:
    return {
        name: Reading(stack.processes[name].output().count("\n"), cpu_seconds(process.pid))
        for name, process in stack.processes.items()
        if name in stack.roles
    }


def _commits(url: str) -> int:
    query = "SELECT xact_commit FROM pg_stat_database WHERE datname = %s"
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        row = connection.execute(query, [url.rpartition("/")[2]]).fetchone()
    return int(row[0]) if row else 0


@contextmanager
def _requests(stack: Stack, codes: set[int]) -> Iterator[None]:
    """Read /readyz and a page of posts twice a second, as probes and people do."""
    ended = threading.Event()

    def ask() -> None:
        with httpx.Client(timeout=30) as client:
            client.headers["Authorization"] = "Bearer x"
            while not ended.wait(PROBE_INTERVAL):
                codes.update(client.get(stack.origin + path).status_code for path in PATHS)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _measure(
    stack: Stack, away: str, port: int, seconds: float, end: Callable[[], None]
) -> list[list[str]]:
    """The table's rows of one outage. `end` stops the server."""
    pids = {name: stack.processes[name].pid for name in stack.roles}
    has_database = away != "postgres"
    codes: set[int] = set()
    end()
    before, commits = _read(stack), _commits(stack.database_url) if has_database else 0
    with _requests(stack, codes):
        time.sleep(seconds / 2)
        with ClosedDoor(port, pids) as door:
            time.sleep(seconds / 2)
    after = _read(stack)
    total = (_commits(stack.database_url) - commits) / seconds if has_database else 0
    sys.stderr.write(f"{away}: the web process answered {sorted(codes)}\n")
    rows = [
        [
            away,
            name,
            f"{(after[name].lines - was.lines) * 60 / seconds:.0f}",
            f"{door.attempts[name] / (seconds / 2):.1f}",
            f"{(after[name].cpu - was.cpu) * 1000 / seconds:.0f} ms",
        ]
        for name, was in before.items()
    ]
    transactions = f"{total:.1f}" if has_database else "-"
    return [[*row, transactions if number == 0 else ""] for number, row in enumerate(rows)]


def _run(given: argparse.Namespace, case: str, postgres: Postgres, broker: Server) -> Table:
    servers: Mapping[str, Server] = {"postgres": postgres, "redis": broker, "rabbitmq": broker}
    with tempfile.TemporaryDirectory() as name:
        folder = given.logs / case if given.logs else Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        url, broker_url = postgres.create_database(), broker.url  # type: ignore[attr-defined]
        with Stack(folder, url, broker_url, 0, settings=SETTINGS) as stack:
            client = create_client(stack)
            client.publish("publish_now", photo=False)
            wait_until(lambda: len(stack.publications()) > 0, 60, "the first post")

            def end() -> None:
                if case == "provider":
                    stack.processes["simulator"].kill()
                elif case != "postgres":
                    servers[case].kill()
                for _ in range(given.posts):
                    client.publish("publish_now", photo=False)
                if case == "postgres":
                    postgres.kill()

            simulator_port = int(stack.simulator.rpartition(":")[2])
            port = servers[case].port if case in servers else simulator_port
            rows = _measure(stack, case, port, given.seconds, end)
            if case == "provider":
                stack.start_simulator()
            else:
                servers[case].start()
            started = time.monotonic()
            wait_until(lambda: _is_done(client), 180, "every post went out")
            seconds = time.monotonic() - started
            sys.stderr.write(f"{case}: all out {seconds:.1f} s after its return\n")
    return rows


def _is_done(client: object) -> bool:
    try:
        posts = client.posts()  # type: ignore[attr-defined]
    except (AssertionError, httpx.HTTPError):
        return False
    return all(post["status"] == "published" for post in posts)


def main() -> None:
    """Measure each case with a new stack, and print a table."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    given = _arguments()
    rows = []
    with Postgres() as postgres, Redis() as redis:
        for case in given.cases.split(","):
            if case == "rabbitmq":
                with RabbitMq() as broker:
                    rows += _run(given, case, postgres, broker)
            else:
                rows += _run(given, case, postgres, redis)
            for row in rows[-4:]:
                sys.stderr.write(f"{row}\n")
    titles = ["away", "process", "lines a minute", "connections a second", "CPU a second"]
    lines = [*table_head([*titles, "transactions a second, all"]), *map(table_row, rows)]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
