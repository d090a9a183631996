"""Finds the processes that ended although nobody ended them. Each is a failure of the run."""

import re
import signal
from dataclasses import dataclass, field
from pathlib import Path

from tests.acceptance.stack import Stack
from tests.processes import Process

# What a parent of a pool of processes logs of a child that it has lost.
LOST_CHILD = re.compile(r"Process '([\w-]+)' pid:(\d+) exited with '(.+?)'")
# A line that says why a process ends, rather than how.
CAUSE = re.compile(r"critical|Traceback|^\S*(Error|Exit|Exceeded|Fault)\b|\[error")
MAX_LINES = 12


@dataclass(frozen=True, slots=True)
class ProcessExit:
    """A process that ended by itself: its exit status, and what it said last."""

    name: str
    code: int | str
    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        last = "".join(f"\n    {line[:300]}" for line in self.lines)
        return f"ended by itself: {self.name} with {self.code}{last}"


@dataclass
class ProcessExits:
    """What is known of the ends of a stack's processes. `killed_children`: the ids of the pool
    processes that the run has killed."""

    stack: Stack
    killed_children: set[int] = field(default_factory=set)
    _found: list[ProcessExit] = field(default_factory=list)

    def kill(self, name: str) -> None:
        """Kill a process; notes it if it had ended before."""
        process = self.stack.processes[name]
        was_running = process.running
        process.kill()
        if not was_running or process.returncode != -signal.SIGKILL:
            self._note(name, process)

    def revive(self) -> None:
        """Note the processes that have ended, and start them again, as a supervisor does."""
        for name, process in list(self.stack.processes.items()):
            if not process.running:
                self._note(name, process)
        self.stack.revive()

    def _note(self, name: str, process: Process) -> None:
        found = ProcessExit(name, process.returncode or 0, find_cause(process.output()))
        self._found.append(found)

    def count_noted(self) -> int:
        """How many were noted so far, without the children of forked workers."""
        return len(self._found)

    def find(self) -> list[ProcessExit]:
        """All that ended by themselves, with the children of forked workers."""
        self.revive()
        logs = [self.stack.folder / f"{name.replace(' ', '-')}.log" for name in self.stack.roles]
        return [*self._found, *find_lost_children(logs, self.killed_children)]


def find_cause(output: str) -> tuple[str, ...]:
    """The lines around the last cause of an end that a process has logged, else its last lines."""
    lines = output.splitlines()
    causes = [number for number, line in enumerate(lines) if CAUSE.search(line)]
    end = causes[-1] + 1 if causes else len(lines)
    return tuple(lines[max(end - MAX_LINES, 0) : end])


def find_lost_children(logs: list[Path], killed: set[int]) -> list[ProcessExit]:
    """The children whose parents say that they were lost, but for those that were killed."""
    return [
        ProcessExit(f"{child} of {log.name}", code)
        for log in logs
        for child, pid, code in LOST_CHILD.findall(log.read_text(errors="replace"))
        if int(pid) not in killed
    ]
