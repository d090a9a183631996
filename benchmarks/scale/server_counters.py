"""Counters of PostgreSQL and Redis, since their start."""

from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.servers import Postgres, Redis

SYSTEM_STATEMENTS = """
SELECT coalesce(sum(calls), 0) FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid
WHERE datname = %s
"""


class CountingPostgres(Postgres):
    """A PostgreSQL that counts statements, where its package has the extension for that."""

    @property
    def counts_statements(self) -> bool:
        """Whether it has."""
        return any(self._programs.parent.glob("lib*/**/pg_stat_statements.so"))

    def _command(self) -> list[str | Path]:
        preload = ["-c", "shared_preload_libraries=pg_stat_statements"]
        return [*super()._command(), *(preload if self.counts_statements else [])]

    def create_database(self, template: str = "template1") -> str:
        """A database in which statements are counted."""
        url = super().create_database(template)
        if self.counts_statements:
            with psycopg.connect(_libpq(url), autocommit=True) as connection:
                connection.execute("CREATE EXTENSION pg_stat_statements")
        return url


@dataclass(frozen=True, slots=True)
class ServerCounters:
    """What the servers did. `statements` is None where PostgreSQL does not count them."""

    statements: int | None
    commits: int
    wal_bytes: int
    broker_messages: int
    broker_commands: int

    def as_dict(self) -> dict[str, float]:
        """The counters that are known, by name."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return {name: float(value) for name, value in found.items() if value is not None}


def read_counters(url: str, redis: Redis) -> ServerCounters:
    """The counters of this database and of the broker."""
    with psycopg.connect(_libpq(url), autocommit=True) as connection:
        name = url.rpartition("/")[2]
        connection.execute("SELECT pg_stat_clear_snapshot()")
        has_statements = connection.execute(
            "SELECT count(*) FROM pg_extension WHERE extname = 'pg_stat_statements'"
        ).fetchone()
        statements = (
            _number(connection, SYSTEM_STATEMENTS, name) if has_statements == (1,) else None
        )
        commits = _number(
            connection, "SELECT xact_commit FROM pg_stat_database WHERE datname = %s", name
        )
        wal = _number(connection, "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') + %s", "0")
    messages, commands = _broker(redis)
    return ServerCounters(statements, commits, wal, messages, commands)


def _libpq(url: str) -> str:
    return url.replace("+psycopg", "", 1)


def _number(connection: psycopg.Connection, query: str, value: str) -> int:
    row = connection.execute(query, (value,)).fetchone()
    return int(row[0]) if row else 0


def _broker(redis: Redis) -> tuple[int, int]:
    """(messages pushed, commands processed)."""
    client = redis.client()
    try:
        calls = client.info("commandstats")
        total = client.info("stats")["total_commands_processed"]
    finally:
        client.close()
    return int(calls.get("cmdstat_lpush", {}).get("calls", 0)), int(total)
