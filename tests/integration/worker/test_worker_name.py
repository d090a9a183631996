"""A worker has one name: in its log, its heartbeat, `doctor`, and for Celery and Flower."""

import json
import os
import socket
import sys
from pathlib import Path

from celery import Celery

from config.celery_settings import celery_settings
from models.database import Database
from models.store import clock
from models.store.jobs import heartbeats
from models.store.jobs.heartbeats import HEARTBEAT_WINDOW
from tests.paths import ROOT
from tests.processes import Process
from tests.wait import wait_until

CELERY = Path(sys.executable).parent / "celery"


def alive(database: Database) -> list[str]:
    """The names of the heartbeats."""
    with database.read() as session:
        since = clock.now(session) - HEARTBEAT_WINDOW
        return [each.id for each in heartbeats.list_alive(session, since)]


def test_a_worker_has_one_name(tmp_path: Path, sqlite_database: Database, redis_url: str) -> None:
    """Role, host and process id. Every line of the log, the heartbeat and Celery's answer to a ping
    have it. (With `-n`: test_worker_processes.)"""
    settings = {
        "SLOTBEAT_DATABASE_URL": str(sqlite_database.url),
        "SLOTBEAT_BROKER_URL": redis_url,
        "SLOTBEAT_LOG_FORMAT": "json",
    }
    command: list[str | Path] = [CELERY, "--quiet", "-A", "worker.app", "worker"]
    with Process(
        command, log=(log := tmp_path / "worker.log"), env={**os.environ, **settings}, cwd=ROOT
    ) as process:
        wait_until(lambda: alive(sqlite_database), 60, "a heartbeat")
        name = f"worker@{socket.gethostname()}:{process.pid}"
        assert alive(sqlite_database) == [name]
        app = Celery("tests")
        app.conf.update(celery_settings(redis_url))
        pinged = wait_until(lambda: app.control.ping(timeout=1), 60, "the answer to a ping")
        app.close()
        lines = [json.loads(line) for line in log.read_text().splitlines() if line[:1] == "{"]
    assert [list(each) for each in pinged] == [[name]]
    assert {line["process"] for line in lines} == {name}
    assert any(name in line["message"] for line in lines)  # Celery's own "… ready."
