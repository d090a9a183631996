"""A worker with --concurrency 2: two engines, each with its name, and a parent that is none."""

import os
import signal
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from models.database import Database
from models.store import clock
from models.store.jobs import heartbeats
from tests.paths import ROOT
from tests.processes import Process
from tests.servers.procfs import alive, children
from tests.wait import wait_until

CELERY = Path(sys.executable).parent / "celery"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def forked(
    tmp_path: Path, sqlite_database: Database, redis_url: str
) -> Iterator[tuple[Process, Database]]:
    """A worker with two processes, both alive, and their database. While it started, a process of
    it was killed."""
    settings = {
        "SLOTBEAT_DATABASE_URL": str(sqlite_database.url),
        "SLOTBEAT_BROKER_URL": redis_url,
    }
    # With Celery's greetings among workers the start takes a second longer: long enough for a kill.
    node = ["worker", "-n", "spring@bakery", "--concurrency", "2"]
    command: list[str | Path] = [CELERY, "--quiet", "-A", "worker.app", *node]
    env = {**os.environ, **settings}
    with Process(command, log=tmp_path / "worker.log", env=env, cwd=ROOT) as process:
        os.kill(wait_until(lambda: children(process.pid), 60, "a process")[0], signal.SIGKILL)
        wait_until(lambda: _heartbeats(sqlite_database) == _both(process), 60, "two heartbeats")
        assert "Unrecoverable" not in process.output()
        yield process, sqlite_database


def _heartbeats(database: Database) -> set[str]:
    """The names of all heartbeats so far."""
    with database.read() as session:
        found = heartbeats.list_alive(session, clock.now(session) - MINUTE)
    return {each.id for each in found}


def _both(process: Process) -> set[str]:
    """The names of its processes, when there are two."""
    found = children(process.pid)
    return _names(found) if len(found) == 2 else {"two processes"}


def _names(pids: list[int]) -> set[str]:
    return {f"spring@bakery:{pid}" for pid in pids}


def test_each_process_is_a_worker_and_the_parent_is_none(
    forked: tuple[Process, Database],
) -> None:
    """Each counts as one worker, so that they share the limits of providers by themselves. One that
    is killed is replaced, and none outlives the parent: it would get no messages, but count as a
    worker for ever."""
    process, database = forked
    first = children(process.pid)
    assert _heartbeats(database) == _names(first)

    os.kill(first[0], signal.SIGKILL)
    wait_until(lambda: len(_heartbeats(database)) == 3, 60, "the heartbeat of a new process")
    both = children(process.pid)
    assert _heartbeats(database) == _names([*first, *both])
    assert first[1] in both

    process.kill()
    wait_until(lambda: not any(map(alive, both)), 30, "the end of both processes")
