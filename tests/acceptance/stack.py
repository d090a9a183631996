"""A whole Slotbeat as real processes: in one process, or one process each."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from tests.processes import Process
from tests.servers import free_port
from tests.wait import wait_until

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PREFIX = "/api/organizations/social-posts"
# Short times, so that a rescue is seen within seconds.
TIMES = {"TICK": "0.2", "POLL_INTERVAL": "0.3", "CLAIM_TTL": "3", "LEAD_TIME": "86400"}


class Stack:
    """The processes, their settings, and the two addresses that a test talks to.

    `database_url` and `broker_url` None: everything in one process, on SQLite.
    """

    def __init__(
        self,
        folder: Path,
        database_url: str | None = None,
        broker_url: str | None = None,
        faults: float = 0.1,
    ) -> None:
        self.folder = folder
        self.is_distributed = database_url is not None
        self.processes: dict[str, Process] = {}
        self._faults = faults
        self._ports = {"web": free_port(), "simulator": free_port()}
        self.origin = f"http://127.0.0.1:{self._ports['web']}"
        self.simulator = f"http://127.0.0.1:{self._ports['simulator']}"
        own = {
            "DATABASE_URL": database_url or f"sqlite:///{folder / 'slotbeat.db'}",
            "BROKER_URL": broker_url or "memory://",
            "SWONKIE_BASE_URL": self.simulator + "/v2",
            "SECRET_KEY": "a secret for tests",
            "ALLOW_PRIVATE_MEDIA": "1",
            **TIMES,
        }
        foreign = {k: v for k, v in os.environ.items() if not k.startswith("SLOTBEAT_")}
        self.env = {**foreign, **{f"SLOTBEAT_{name}": value for name, value in own.items()}}

    def __enter__(self) -> Self:
        self.start_simulator()
        if self.is_distributed:
            self.command("db", "upgrade")
            for name in ("web", "beat", "second beat", "worker"):
                self.start(name)
        else:
            self.start("up")
        wait_until(self._is_ready, 60, "every process is ready")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            for name, process in self.processes.items():
                error.add_note(f"--- {name}\n{process.output()[-3000:]}")
        for process in self.processes.values():
            process.end()

    def _is_ready(self) -> bool:
        try:
            return httpx.get(self.origin + "/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def start_simulator(self) -> None:
        """The provider's double, on the same port and state as before."""
        arguments = [
            "--port", str(self._ports["simulator"]), "--state", str(self.folder / "simulator.db"),
            "--media", str(ROOT / "examples" / "media"), "--faults", str(self._faults),
            "--hang", "1", "--processing", "0.3",
        ]  # fmt: skip
        process = self._launch("simulator", [sys.executable, "-m", "simulator", *arguments])
        process.wait_for_line("simulator listening")

    def start(self, name: str) -> Process:
        """Start a process by its role; a second one of a role replaces the first in our books."""
        port = str(self._ports["web"])
        commands: dict[str, list[str | Path]] = {
            "up": [BIN / "slotbeat", "up", "--port", port],
            "web": [BIN / "uvicorn", "api.main:app", "--port", port],
            "beat": [BIN / "celery", "-A", "scheduler.app", "beat"],
            "second beat": [BIN / "celery", "-A", "scheduler.app", "beat"],
            "worker": [BIN / "celery", "-A", "worker.app", "worker"],
        }
        return self._launch(name, commands[name])

    def _launch(self, name: str, command: list[str | Path]) -> Process:
        old = self.processes.get(name)
        if old is not None:
            old.end()
        log = self.folder / f"{name.replace(' ', '-')}.log"
        self.processes[name] = Process(command, log=log, env=self.env, cwd=ROOT)
        return self.processes[name]

    @property
    def worker(self) -> str:
        """The role of the process in which jobs are carried."""
        return "worker" if self.is_distributed else "up"

    def command(self, *arguments: str) -> Any:  # noqa: ANN401  (JSON)
        """Run `slotbeat …` as a person would, and return its JSON."""
        done = subprocess.run(
            [BIN / "slotbeat", *arguments, "--json"],
            env=self.env, cwd=ROOT, check=False, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, f"{arguments}: {done.stdout}\n{done.stderr}"
        return json.loads(done.stdout)

    def organization(self) -> "Caller":
        """A new organization, and somebody who holds its key."""
        made = self.command("org", "create", "Acceptance")
        return Caller(self.origin, made["apiKey"])

    def remote_posts(self) -> list[dict[str, Any]]:
        """Every post that the provider's double ever had, deleted ones too."""
        found: list[dict[str, Any]] = httpx.get(self.simulator + "/_simulator/posts").json()[
            "posts"
        ]
        return found

    def publications(self) -> list[dict[str, Any]]:
        """The double's ledger: what really went out."""
        answer = httpx.get(self.simulator + "/_simulator/ledger").json()
        found: list[dict[str, Any]] = answer["publications"]
        return found


class Caller:
    """Somebody who uses the HTTP API with a key."""

    def __init__(self, origin: str, key: str) -> None:
        self._base = origin + PREFIX
        self._headers = {"Authorization": f"Bearer {key}"}

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
        """The JSON of a successful answer."""
        answer = httpx.request(
            method, self._base + path, json=body, headers=self._headers, timeout=60
        )
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def publish(self, **body: object) -> dict[str, Any]:
        """Publish; returns the contract's socialPost."""
        found: dict[str, Any] = self.call("POST", "/publish", body)["socialPost"]
        return found

    def posts(self) -> list[dict[str, Any]]:
        """The organization's posts."""
        found: list[dict[str, Any]] = self.call("GET", "/posts")["posts"]
        return found
