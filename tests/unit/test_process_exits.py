"""A run notices processes that end although nobody ended them."""

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.acceptance.stack import Stack
from tests.faults.process_exits import ProcessExits, find_cause, find_lost_children
from tests.processes import Process

LOG = """\
Process 'ForkPoolWorker-1' pid:41 exited with 'signal 9 (SIGKILL)'
Process 'ForkPoolWorker-2' pid:42 exited with 'exitcode 1'
"""


class OneProcess(Stack):
    """A stack of one process, which sleeps, or is started again."""

    def start(self, name: str, env: object = None) -> Process:  # noqa: ARG002
        """Start it, again."""
        if name in self.processes:
            self.processes[name].end()
        command = [sys.executable, "-c", "import time; print('RuntimeError: why'); time.sleep(60)"]
        self.processes[name] = Process(command, log=self.folder / "worker.log")
        return self.processes[name]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_ends_by_itself_is_found(tmp_path: Path, number: signal.Signals) -> None:
    """Also one that something else kills, as a machine without memory does, and one that is about
    to be killed anyway. Those that the run kills are not."""
    stack = OneProcess(tmp_path, "postgresql://", "redis://", roles=("worker",))
    exits = ProcessExits(stack)
    stack.start("worker").wait_for_line("why")
    exits.kill("worker")
    stack.start("worker").wait_for_line("why")
    assert exits.find() == []
    for note in (exits.revive, lambda: exits.kill("worker")):
        process = stack.processes["worker"]
        os.kill(process.pid, number)
        process.wait()
        note()
        stack.start("worker").wait_for_line("why")
    found = exits.find()
    assert [(each.name, each.code) for each in found] == [("worker", -number)] * 2
    assert found[0].lines[-1] == "RuntimeError: why"
    stack.processes["worker"].end()


def test_a_lost_child_of_a_pool_is_found(tmp_path: Path) -> None:
    """Its parent goes on, so only its log tells. Those that the run killed do not count."""
    log = tmp_path / "forked-worker.log"
    log.write_text(LOG)
    found = find_lost_children([log], killed={41})
    assert [(each.name, each.code) for each in found] == [
        ("ForkPoolWorker-2 of forked-worker.log", "exitcode 1")
    ]


def test_the_cause_is_named_and_not_the_end() -> None:
    """A process says much after its last error; the error is what explains."""
    lines = ["ready", "[critical ] Unrecoverable error", *["Stopping"] * 30]
    assert find_cause("\n".join(lines))[-1] == "[critical ] Unrecoverable error"
    assert find_cause("a\nb") == ("a", "b")
