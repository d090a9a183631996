"""Random events on a running stack: kills, freezes, restarts. Each kind once, then at random."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from tests.acceptance.stack import CLAIM_TTL, Stack
from tests.faults.process_exits import ProcessExits
from tests.processes import Process
from tests.servers.postgres import Postgres
from tests.servers.procfs import children
from tests.servers.redis import Redis

ChaosEvent = Callable[[], None]
OUTAGE_SECONDS = 4
# What a process logs when it begins to work, by its role.
READY_LINES = {"web": "Uvicorn running", "beat": "beat: Starting", "worker": " ready."}
# In a long run most events wait until the processes that start have begun to work, at most so long
# (s); the others meet them while they start.
WAITING = 0.8
START_TIMEOUT = 60.0


@dataclass
class ChaosEvents:
    """A thread that kills, freezes and restarts processes; `log` has each event.

    A killed process is started again at once. So is one that ended by itself; `exits` has those.
    """

    stack: Stack
    rng: random.Random
    postgres: Postgres | None = None
    redis: Redis | None = None
    log: list[tuple[datetime, str]] = field(default_factory=list)
    # What the simulator has counted, by name: "calls" and "faults". A kill loses its last moments.
    provider_counts: dict[str, Counter[str]] = field(default_factory=dict)
    # The pause before each event (s). An embedded stack must have started again in between.
    pause: tuple[float, float] = (0.2, 2)
    waits_for_starts: bool = False
    _frozen: list[tuple[float, Process]] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _errors: list[BaseException] = field(default_factory=list)
    _thread: threading.Thread | None = None

    def __post_init__(self) -> None:
        self.exits = ProcessExits(self.stack)

    def start_events(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name="chaos-events")
        self._thread.start()

    def stop_events(self) -> None:
        """Stop the thread; afterwards all processes run, and none is frozen."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        for _, process in self._frozen:
            process.resume()
        self.exits.revive()
        if self._errors:
            raise self._errors[0]

    @property
    def is_over(self) -> bool:
        """Whether no event comes any more."""
        return self._stopping.is_set()

    def count_kinds(self) -> Counter[str]:
        """How many events of each kind there were."""
        return Counter(name for _, name in self.log)

    def read_provider_counts(self) -> None:
        """Add what the simulator has counted since its start; to be called at each end of it."""
        with suppress(httpx.HTTPError):
            for name, counts in self.stack.provider_counters().items():
                self.provider_counts.setdefault(name, Counter()).update(counts)

    def _run(self) -> None:
        kinds = self._kinds()
        program = list(kinds)
        self.rng.shuffle(program)
        try:
            while not self._stopping.wait(self.rng.uniform(*self.pause)):
                if self.rng.random() < WAITING and self.waits_for_starts:
                    self._wait_for_starts()
                self._thaw()
                self.exits.revive()
                name = program.pop() if program else self.rng.choice(list(kinds))
                self.log.append((datetime.now(UTC), name))
                kinds[name]()
        except BaseException as error:  # noqa: BLE001  (raised again in the test's own thread)
            self._errors.append(error)

    def _wait_for_starts(self) -> None:
        """Wait until every process works, or has ended, or is frozen."""
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline and not self._stopping.wait(0.2):
            frozen = [process for _, process in self._frozen]
            working = self.stack.processes.items()
            if all(process in frozen or _has_begun(name, process) for name, process in working):
                return
            self._thaw()

    def _kinds(self) -> dict[str, ChaosEvent]:
        """The kinds of events for this stack, by name."""
        kinds: dict[str, ChaosEvent] = {
            "provider down": lambda: self.stack.inject_fault(kind="outage", seconds=OUTAGE_SECONDS),
            "provider killed": self._kill_provider,
        }
        for name in self.stack.roles:
            kinds[f"{name} killed"] = lambda name=name: self._kill(name)  # type: ignore[misc]
            if name.startswith("forked"):
                kinds[f"a process of the {name} killed"] = self._kill_child
            if name != "web":
                kinds[f"{name} frozen"] = lambda name=name: self._freeze(name)  # type: ignore[misc]
        if self.redis is not None:
            kinds["broker emptied"] = self.redis.flush
            kinds["broker restarted empty"] = lambda: _restart_empty(self.redis)
        if self.postgres is not None:
            kinds["database restarted"] = self.postgres.restart
            kinds["database killed"] = lambda: _kill_and_start(self.postgres)
        return kinds

    def _kill(self, name: str) -> None:
        self.exits.kill(name)
        self.stack.start(name)

    def _kill_provider(self) -> None:
        self.read_provider_counts()
        self.exits.kill("simulator")
        self.stack.start_simulator()

    def _kill_child(self) -> None:
        """Kill one of the processes of the forked worker, which starts another."""
        for pid in children(self.stack.processes["forked worker"].pid)[:1]:
            self.exits.killed_children.add(pid)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _freeze(self, name: str) -> None:
        """Freeze a process for longer than its claims last."""
        process = self.stack.processes[name]
        process.pause()
        self._frozen.append((time.monotonic() + CLAIM_TTL * self.rng.uniform(1.1, 2), process))

    def _thaw(self) -> None:
        now = time.monotonic()
        for until, process in self._frozen:
            if until <= now:
                process.resume()
        self._frozen = [each for each in self._frozen if each[0] > now]


def _has_begun(name: str, process: Process) -> bool:
    """Whether a process has begun to work, or has ended."""
    line = READY_LINES.get(name.rsplit(maxsplit=1)[-1], "")
    return not process.running or line in process.beginning()


def _restart_empty(redis: Redis | None) -> None:
    if redis is not None:
        redis.kill()
        redis.restart(empty=True)


def _kill_and_start(postgres: Postgres | None) -> None:
    if postgres is not None:
        postgres.kill()
        postgres.start()
