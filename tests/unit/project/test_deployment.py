"""Procfile, docker-compose.yml and Dockerfile agree with each other and with the code."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from config.celery_settings import celery_settings
from tests.paths import ROOT
from tests.servers import free_port
from tests.unit.project.compose_file import REQUIRED, read_compose
from worker.runner import DRAIN_TIMEOUT


def _compose() -> dict[str, Any]:
    return read_compose()


def _procfile() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines if line)


def test_compose_and_procfile_start_the_same_processes() -> None:
    """Both have release, web, beat, worker and flower, with the same commands."""
    services, processes = _compose()["services"], _procfile()
    assert set(processes) == {"release", "web", "beat", "worker", "flower"}
    assert set(processes) | {"postgres", "redis", "simulator"} == set(services)
    for name in ("release", "beat", "worker"):
        assert " ".join(services[name]["command"]) == processes[name]
    assert services["beat"]["deploy"]["replicas"] == 2


def test_processes_have_time_to_end() -> None:
    """Each grace period is longer than the process needs after SIGTERM: web for its last requests,
    a worker for its last calls. A health check notices a web process that hangs."""
    services = _compose()["services"]
    graces = {name: int(services[name]["stop_grace_period"].removesuffix("s"))
              for name in ("web", "beat", "worker")}  # fmt: skip
    command = services["web"]["command"]
    longest = int(command[command.index("--timeout-graceful-shutdown") + 1])
    assert f"--timeout-graceful-shutdown {longest}" in _procfile()["web"]
    assert graces["web"] > longest
    assert (
        graces["worker"]
        > DRAIN_TIMEOUT + celery_settings("memory://")["worker_soft_shutdown_timeout"]
    )
    assert "/healthz" in services["web"]["healthcheck"]["test"][-1]


def test_compose_logs_for_machines() -> None:
    """Logs are JSON by default, without banners."""
    services = _compose()["services"]
    for name in ("release", "web", "beat", "worker", "flower"):
        assert services[name]["environment"]["SLOTBEAT_LOG_FORMAT"] == "json"
    for name in ("beat", "worker"):
        assert "--quiet" in services[name]["command"]


def test_flower_is_never_open() -> None:
    """Without a user and a password it ends at once and names the variable; neither file has the
    password on a command line, which the process list shows."""
    command = _procfile()["flower"]
    assert " ".join(_compose()["services"]["flower"]["command"]) == command.replace(
        "${FLOWER_PORT:-5555}", "5555"
    )
    assert "auth" not in command.lower()
    env = {**os.environ, "SLOTBEAT_BROKER_URL": "redis://127.0.0.1:1/0", "FLOWER_BASIC_AUTH": " "}
    program = [str(Path(sys.executable).parent / "celery"), "-A", "worker.app", "flower"]
    done = subprocess.run(
        [*program, "--address=127.0.0.1", f"--port={free_port()}"],
        cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode != 0
    assert "FLOWER_BASIC_AUTH: must be set" in done.stdout + done.stderr


@pytest.mark.parametrize("client", [["docker", "compose"], ["docker-compose"]])
def test_docker_compose_accepts_the_file(client: list[str]) -> None:
    """Every service has an image or a build; a compose client that is there reads the file."""
    assert all("image" in each or "build" in each for each in _compose()["services"].values())
    asked = [*client, "version"]
    there = shutil.which(client[0]) and subprocess.run(asked, capture_output=True, check=False)
    if there and there.returncode == 0:
        env = {**os.environ, **REQUIRED}
        asked = [*client, "config", "--quiet"]
        done = subprocess.run(asked, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_the_image_installs_the_lock_on_a_fixed_base() -> None:
    """An exact Python that we name, and no package that the lock does not hold."""
    dockerfile = (ROOT / "Dockerfile").read_text()
    base = re.search(r"^FROM python:(3\.\d+)\.\d+-slim-[a-z]+$", dockerfile, re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert base
    assert f"Programming Language :: Python :: {base[1]}" in project["classifiers"]
    first, then = re.findall(r"^RUN pip install (.+)$", dockerfile, re.MULTILINE)
    assert "--require-hashes" in first
    assert "-r requirements/runtime.txt" in first
    assert "--no-deps --no-build-isolation" in then


def test_every_source_package_is_in_the_image() -> None:
    """The Dockerfile copies each package that the project declares."""
    dockerfile = (ROOT / "Dockerfile").read_text()
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages
    for package in packages:
        assert f"COPY {package} {package}\n" in dockerfile
