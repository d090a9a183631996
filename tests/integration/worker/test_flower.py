"""Flower, as the Procfile starts it: closed without a password, and showing our tasks."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from celery import Celery

from config.celery_settings import celery_settings
from models.task_names import PRUNE_TASK, TASK_FOR_KIND, JobKind
from tests.paths import ROOT
from tests.processes import Process
from tests.servers import free_port
from tests.wait import wait_until
from worker import tasks

USER = ("me", "a password")


@pytest.fixture
def flower(tmp_path: Path, redis_url: str) -> Iterator[httpx.Client]:
    """A client of a running Flower, without a password."""
    port = free_port()
    command = next(
        line.removeprefix("flower: ").split()
        for line in (ROOT / "Procfile").read_text().splitlines()
        if line.startswith("flower: ")
    )
    options = [
        f"--port={port}",
        "--address=127.0.0.1",
    ]
    arguments = [each for each in command if not each.startswith("--port")]
    settings = {
        "SLOTBEAT_DATABASE_URL": f"sqlite:///{tmp_path / 'slotbeat.db'}",
        "SLOTBEAT_BROKER_URL": redis_url,
        "FLOWER_BASIC_AUTH": ":".join(USER),
    }
    program = [str(Path(sys.executable).parent / arguments[0]), *arguments[1:], *options]
    env = {**os.environ, **settings}
    assert not any(USER[1] in each for each in program)
    with (
        Process(program, log=tmp_path / "flower.log", env=env, cwd=ROOT) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client,
    ):
        process.wait_for_line("Connected to redis")
        yield client


@pytest.fixture
def worker(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Celery]:
    """A worker's Celery app with our tasks, running in this process; the tasks do nothing."""
    # Celery adds the tasks of every app of this process to this one, those of earlier tests, too.
    monkeypatch.setattr("celery._state._on_app_finalizers", set())
    app = Celery("tests")
    app.conf.update(celery_settings(redis_url))
    tasks.register(app, len, lambda: None)
    from celery.contrib.testing.worker import start_worker  # noqa: PLC0415  (it imports pytest's)

    with start_worker(app, pool="threads", perform_ping_check=False, loglevel="WARNING"):
        yield app


def _seen(flower: httpx.Client) -> list[Any]:
    found = flower.get("/api/tasks", auth=USER)
    assert found.status_code == 200, found.text
    return [task["name"] for task in found.json().values() if task["state"] == "SUCCESS"]


def test_flower_is_closed_and_shows_named_tasks(flower: httpx.Client, worker: Celery) -> None:
    """401 without the password on pages and API, also for calls that change something. With it, the
    tasks are shown with our names and the number of jobs, but no id."""
    for path in ("/", "/workers", "/tasks", "/broker", "/api/tasks", "/api/workers"):
        assert flower.get(path).status_code == 401, path
    assert flower.post("/api/task/async-apply/post.carry", json={}).status_code == 401
    assert flower.post("/api/worker/shutdown/any").status_code == 401
    assert flower.get("/workers", auth=("me", "a guess")).status_code == 401
    assert flower.get("/workers", auth=USER).status_code == 200
    names = [TASK_FOR_KIND[JobKind.POST], PRUNE_TASK]

    def sent_and_seen() -> bool:
        # Events that were sent before Flower listened are lost.
        worker.send_task(names[0], args=[["an-id-of-a-job"]], argsrepr="(1 jobs)")
        worker.send_task(names[1])
        return set(_seen(flower)) == set(names)

    wait_until(sent_and_seen, 30, "the tasks in Flower")
    assert "(1 jobs)" in flower.get("/api/tasks", auth=USER).text
    assert "an-id-of-a-job" not in flower.get("/api/tasks", auth=USER).text
