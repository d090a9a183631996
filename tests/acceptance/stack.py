"""A whole Slotbeat as real processes: embedded (all in one process) or distributed."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from tests.paths import ROOT
from tests.processes import Process
from tests.servers import free_port
from tests.wait import wait_until

BIN = Path(sys.executable).parent
PREFIX = "/api/organizations/social-posts"
# Short times, so that a job of a dead worker is rescued within seconds.
TIMES = {"TICK": "0.2", "POLL_INTERVAL": "0.3", "CLAIM_TTL": "3", "LEAD_TIME": "86400"}
# On a slow machine posts are late. They are then published at short intervals, and none is missed.
# Edits and removals are allowed until shortly before the slot.
PATIENT_RETRIES = {"LATE_SPACING": "1", "MISSED_GRACE": "3600", "CANCEL_CUTOFF": "2"}
CLAIM_TTL = float(TIMES["CLAIM_TTL"])
# For calls to the simulator, which tests kill: a connection kept open would be broken afterwards.
CLOSE = {"Connection": "close"}
ROLES = ("web", "beat", "second beat", "worker")


class Stack:
    """The processes, their settings, and the addresses of the API and of the simulator.

    Without `database_url` and `broker_url` the stack is embedded: one process, on SQLite. With
    them, `roles` are its processes; the last word of a name says what the process does ("second
    worker" is a worker). A "forked worker" has two processes.
    `faults` is the share of provider calls that fail (0 to 1), `fault_seed` chooses them.
    `with_breakpoints`: workers stop at the breakpoints that a test sets
    (tests/faults/breakpoint_process.py).
    `settings` are further SLOTBEAT_ variables, without the prefix. `prefix` stands before each
    command but the simulator's, as a program that starts it in other circumstances.
    """

    def __init__(
        self,
        folder: Path,
        database_url: str | None = None,
        broker_url: str | None = None,
        faults: float = 0.1,
        *,
        fault_kinds: Sequence[str] = (),
        fault_seed: int = 7,
        roles: Sequence[str] = ROLES,
        with_breakpoints: bool = False,
        settings: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self._prefix = prefix
        self.is_distributed = database_url is not None
        self.roles = tuple(roles) if self.is_distributed else ("up",)
        self.processes: dict[str, Process] = {}
        self._faults, self._fault_kinds, self._fault_seed = faults, fault_kinds, fault_seed
        self._with_breakpoints = with_breakpoints
        self._own_env: dict[str, Mapping[str, str]] = {}
        # One client for all calls: creating one takes longer than a call.
        self.client = httpx.Client(timeout=60)
        served = {"web", "simulator", *(name for name in roles if name.endswith("web"))}
        self._ports = {name: free_port() for name in sorted(served)}
        self.origin = f"http://127.0.0.1:{self._ports['web']}"
        self.simulator = f"http://127.0.0.1:{self._ports['simulator']}"
        own = {
            "DATABASE_URL": database_url or f"sqlite:///{folder / 'slotbeat.db'}",
            "BROKER_URL": broker_url or "memory://",
            "SWONKIE_BASE_URL": self.simulator + "/v2",
            "SECRET_KEY": "a secret for tests",
            "ALLOW_PRIVATE_MEDIA": "1",
            "RATE_LIMIT": "0",
            "LOG_LEVEL": "debug",
            **TIMES,
            **(settings or {}),
        }
        self.database_url = own["DATABASE_URL"]
        foreign = {k: v for k, v in os.environ.items() if not k.startswith("SLOTBEAT_")}
        self.env = {**foreign, **{f"SLOTBEAT_{name}": value for name, value in own.items()}}

    def __enter__(self) -> Self:
        try:
            self._bring_up()
        except BaseException as error:  # an interrupted start leaves no process behind
            self.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    def _bring_up(self) -> None:
        self.start_simulator()
        if self.is_distributed:
            self.command("db", "upgrade")
        for name in self.roles:
            self.start(name)
        wait_until(self._is_up, 90, "every process is ready")

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
        self.client.close()

    def _is_up(self) -> bool:
        dead = [name for name, process in self.processes.items() if not process.running]
        assert not dead, f"ended while starting: {dead}"
        return self.is_ready()

    def is_ready(self) -> bool:
        """Whether the API answers, and a beat and a worker have sent a heartbeat."""
        try:
            return self.client.get(self.origin + "/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def start_simulator(self) -> None:
        """Start the simulator, on the same port and with the same state as before."""
        arguments = [
            "--port", str(self._ports["simulator"]), "--state", str(self.folder / "simulator.db"),
            "--media", str(ROOT / "examples" / "media"), "--faults", str(self._faults),
            "--hang", "1", "--processing", "0.3", "--seed", str(self._fault_seed),
        ]  # fmt: skip
        if self._fault_kinds:
            arguments += ["--fault-kinds", ",".join(self._fault_kinds)]
        process = self._launch("simulator", [sys.executable, "-m", "simulator", *arguments])
        process.wait_for_line("simulator listening")

    def start(self, name: str, env: Mapping[str, str] | None = None) -> Process:
        """Start a process by its name; one that has the name already is ended first.

        `env` is added to its environment, and to that of later processes with this name.
        """
        if env is not None:
            self._own_env[name] = env
        return self._launch(name, [*self._prefix, *self._command_of(name)])

    def origin_of(self, name: str) -> str:
        """The address of a web process."""
        return f"http://127.0.0.1:{self._ports[name]}"

    def _command_of(self, name: str) -> list[str | Path]:
        port = str(self._ports.get(name, self._ports["web"]))
        node = ["-n", f"{name.replace(' ', '-')}@%h"]
        celery: list[str | Path] = [BIN / "celery", "-A"]
        commands: dict[str, list[str | Path]] = {
            "up": [BIN / "slotbeat", "up", "--port", port],
            "web": [BIN / "uvicorn", "api.main:app", "--port", port],
            "beat": [*celery, "scheduler.app", "beat"],
            "worker": [*celery, "worker.app", "worker", *node],
        }
        if name.startswith("forked"):
            commands["worker"] += ["--concurrency", "2"]
        role = name.rsplit(maxsplit=1)[-1]
        if self._with_breakpoints and role in ("up", "worker"):
            return [sys.executable, "-m", "tests.faults.breakpoint_process", *commands[role]]
        return commands[role]

    def _launch(self, name: str, command: list[str | Path]) -> Process:
        old = self.processes.get(name)
        if old is not None:
            old.end()
        log = self.folder / f"{name.replace(' ', '-')}.log"
        env = {**self.env, "BREAKPOINTS": str(self.folder), **self._own_env.get(name, {})}
        self.processes[name] = Process(command, log=log, env=env, cwd=ROOT)
        return self.processes[name]

    def revive(self) -> list[str]:
        """Start exited processes again, as a supervisor does; returns their names."""
        dead = [name for name, process in self.processes.items() if not process.running]
        for name in dead:
            if name == "simulator":
                self.start_simulator()
            else:
                self.start(name)
        return dead

    @property
    def worker(self) -> str:
        """The name of the first process that runs jobs."""
        return self.workers[0]

    @property
    def workers(self) -> list[str]:
        """The names of all processes that run jobs."""
        return [name for name in self.roles if name.split()[-1] in ("up", "worker")]

    def command(self, *arguments: str) -> Any:  # noqa: ANN401  (JSON)
        """Run `slotbeat …` as a person would, and return its JSON."""
        done = subprocess.run(
            [*self._prefix, BIN / "slotbeat", *arguments, "--json"],
            env=self.env, cwd=ROOT, check=False, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, f"{arguments}: {done.stdout}\n{done.stderr}"
        return json.loads(done.stdout)

    def organization(self, name: str = "Acceptance") -> "ApiClient":
        """A new organization, and a client with its API key."""
        made = self.command("org", "create", name)
        return ApiClient(self.client, self.origin, made["apiKey"])

    def inject_fault(self, **fault: object) -> None:
        """Make the simulator fail; the fields of a fault are those of the simulator's Fault."""
        answer = self.client.post(self.simulator + "/_simulator/faults", json=fault, headers=CLOSE)
        assert answer.status_code == 201, answer.text

    def clear_faults(self) -> None:
        """Remove all faults from the simulator."""
        self.client.delete(self.simulator + "/_simulator/faults", headers=CLOSE)

    def remote_posts(self) -> list[dict[str, Any]]:
        """Every post at the simulator, including deleted ones."""
        found: list[dict[str, Any]] = self._simulator_state("posts")["posts"]
        return found

    def publications(self) -> list[dict[str, Any]]:
        """The simulator's ledger: everything that was really published."""
        found: list[dict[str, Any]] = self._simulator_state("ledger")["publications"]
        return found

    def provider_counters(self) -> dict[str, dict[str, int]]:
        """How many calls and faults the simulator has counted since it started, by name."""
        found: dict[str, dict[str, int]] = self._simulator_state("calls")
        return found

    def _simulator_state(self, what: str) -> Any:  # noqa: ANN401  (JSON)
        return self.client.get(f"{self.simulator}/_simulator/{what}", headers=CLOSE).json()


class ApiClient:
    """A client of the HTTP API, with an API key; `organization_id` where it is known."""

    def __init__(
        self, client: httpx.Client, origin: str, key: str, organization_id: str = ""
    ) -> None:
        self._client = client
        self._base = origin + PREFIX
        self.key = key
        self.organization_id = organization_id
        self._headers = {"Authorization": f"Bearer {key}"}

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        """The answer, also if it is an error; httpx.TransportError if there is none."""
        return self._client.request(method, self._base + path, json=body, headers=self._headers)

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
        """The JSON of a successful answer."""
        answer = self.ask(method, path, body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def publish(self, **body: object) -> dict[str, Any]:
        """Publish a post; returns the field `socialPost` of the answer."""
        found: dict[str, Any] = self.call("POST", "/publish", body)["socialPost"]
        return found

    def posts(self) -> list[dict[str, Any]]:
        """The organization's posts."""
        found: list[dict[str, Any]] = self.call("GET", "/posts")["posts"]
        return found
