"""What is counted each second of a run: calls at the provider, commits, and what processes use."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg

from tests.acceptance.stack import CLOSE, Stack
from tests.load.process_figures import read_figures

INTERVAL = 1.0
DATABASE_COUNTERS = """
SELECT (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()),
       (SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'job')
"""


@dataclass(frozen=True, slots=True)
class Counters:
    """Counts since the start of the run, at one instant (s, wall clock).

    `calls` reached the provider; `errors` of them failed there. `cpu`: seconds by process.
    """

    at: float
    calls: int = 0
    errors: int = 0
    publications: int = 0
    commits: int = 0
    job_updates: int = 0
    cpu: Mapping[str, float] = field(default_factory=dict)


class CountersLog:
    """A thread that reads the counters once a second. A second that gives no answer is left out."""

    def __init__(self, stack: Stack) -> None:
        self.rows: list[Counters] = []
        self._stack = stack
        self._connection = psycopg.connect(
            stack.database_url.replace("+psycopg", "", 1), autocommit=True
        )
        self._client = httpx.Client(timeout=5, headers=CLOSE)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="counters")

    def __enter__(self) -> "CountersLog":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._client.close()
        self._connection.close()

    def _run(self) -> None:
        due = time.monotonic()
        while not self._stopping.wait(max(due - time.monotonic(), 0)):
            due += INTERVAL
            try:
                self.rows.append(self._read())
            except httpx.TransportError:
                continue

    def _read(self) -> Counters:
        calls, summary = self._ask("calls"), self._ask("summary")
        commits, updates = self._connection.execute(DATABASE_COUNTERS).fetchone() or (0, 0)
        processes = self._stack.processes.items()
        figures = {name: read_figures(process.pid) for name, process in processes}
        return Counters(
            time.time(),
            sum(calls["calls"].values()),
            sum(calls["faults"].values()),
            summary["publications"],
            commits,
            updates,
            {name: each.cpu for name, each in figures.items() if each is not None},
        )

    def _ask(self, what: str) -> Any:  # noqa: ANN401  (JSON)
        return self._client.get(f"{self._stack.simulator}/_simulator/{what}").json()
