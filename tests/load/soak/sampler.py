"""Reads all figures of a soak every half minute, and appends them to a file as they come."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg

from tests.acceptance.stack import CLOSE, Stack
from tests.load.process_figures import read_figures
from tests.load.soak.database_figures import read_lateness, read_tables, read_ticks
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis

# Lateness is read of posts accepted so long ago at most.
LATENESS_WINDOW = timedelta(minutes=10)
MEBIBYTE = 2**20
Figures = dict[str, float]


@dataclass
class Sampler:
    """`samples`: (seconds since the start, figures by name). Those that count since the start of a
    process are differences a second."""

    stack: Stack
    postgres: Postgres
    redis: Redis
    path: Path
    samples: list[tuple[float, Figures]] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)
    _counts: Figures = field(default_factory=dict)
    _ticks: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    _read_at: float = 0.0
    _database_now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def read(self, accepted: int) -> None:
        """Read a sample and keep it."""
        at = time.monotonic()
        counts = {"accepted/s": float(accepted)}
        figures: Figures = {}
        for part, counted in (self._processes(), self._database(), self._broker()):
            figures |= part
            counts |= counted
        seconds = at - self._read_at
        if self._counts:
            figures |= {
                name: (value - self._counts.get(name, 0.0)) / seconds
                for name, value in counts.items()
            }
            self.samples.append((at - self._began, figures))
            with self.path.open("a") as lines:
                lines.write(json.dumps([at - self._began, figures]) + "\n")
        self._counts, self._read_at = counts, at

    def _processes(self) -> tuple[Figures, Figures]:
        processes = {**self.stack.processes}
        processes |= {"postgres": self.postgres.process, "redis": self.redis.process}
        figures: Figures = {}
        counts: Figures = {}
        for name, process in processes.items():
            if (found := read_figures(process.pid)) is None:
                continue
            figures[f"{name} memory (MiB)"] = found.memory / MEBIBYTE
            figures[f"{name} descriptors"] = found.descriptors
            figures[f"{name} threads"] = found.threads
            counts[f"{name} CPU (cores)"] = found.cpu
            if name in self.stack.processes:
                counts[f"{name} log (bytes/s)"] = process.log.stat().st_size
        return figures, counts

    def _database(self) -> tuple[Figures, Figures]:
        address = self.stack.database_url.replace("+psycopg", "", 1)
        with psycopg.connect(address, autocommit=True) as connection:
            now = _fetch_now(connection)
            figures = dict(_table_figures(connection))
            posts, median, p99 = read_lateness(
                connection, now - LATENESS_WINDOW, self._database_now
            )
            ticks = read_ticks(connection, now - timedelta(minutes=1))
        seconds = (now - self._database_now).total_seconds()
        figures["published/s"] = posts / seconds
        figures |= {"lateness p50 (s)": median, "lateness p99 (s)": p99}
        figures["tick (ms)"] = _mean_tick(self._ticks, ticks)
        self._database_now, self._ticks = now, ticks
        return figures, {}

    def _broker(self) -> tuple[Figures, Figures]:
        with self.redis.client() as client:
            memory = client.info("memory")["used_memory"] / MEBIBYTE
            keys, queued = client.dbsize(), client.llen("slotbeat")
        figures = {"redis data (MiB)": memory, "redis keys": keys, "queued messages": queued}
        try:
            calls = self._ask("calls")["calls"]
        except httpx.TransportError:
            return figures, {}
        return figures, {"calls/s": float(sum(calls.values()))}

    def _ask(self, what: str) -> Any:  # noqa: ANN401  (JSON)
        address = f"{self.stack.simulator}/_simulator/{what}"
        return httpx.get(address, headers=CLOSE, timeout=30).json()


def _fetch_now(connection: psycopg.Connection) -> datetime:
    row = connection.execute("SELECT now()").fetchone()
    assert row is not None
    now: datetime = row[0]
    return now


def _table_figures(connection: psycopg.Connection) -> Iterator[tuple[str, float]]:
    """The figures of tables with rows. A table of which a row stays for each post is measured by
    the post: what grows then is more than the documentation says."""
    tables = read_tables(connection)
    posts = max(tables["post"].rows, 1)
    for name, each in tables.items():
        size = each.table_bytes + each.index_bytes
        if name in ("post", "delivery", "job", "attempt"):
            yield f"{name} bytes a post", size / posts
            yield f"{name} index bytes a post", each.index_bytes / posts
            yield f"{name} rows beyond one a post", max(each.rows - posts, 0)
        elif each.rows or size > MEBIBYTE:
            yield f"{name} rows", each.rows
            yield f"{name} size (MiB)", size / MEBIBYTE
        if each.dead or each.vacuums:
            yield f"{name} dead rows", each.dead
    yield "database (MiB)", sum(e.table_bytes + e.index_bytes for e in tables.values()) / MEBIBYTE
    yield "posts", float(posts)


def _mean_tick(
    before: Mapping[str, tuple[float, float]], after: Mapping[str, tuple[float, float]]
) -> float:
    """The mean tick of all beats since the last sample (ms)."""
    ticks = [(count - before.get(name, (0, 0))[0], total - before.get(name, (0, 0))[1])
             for name, (count, total) in after.items()]  # fmt: skip
    count = sum(each[0] for each in ticks)
    return sum(each[1] for each in ticks) / count * 1000 if count else 0.0
