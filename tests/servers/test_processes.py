"""Tests of the helpers for processes and waiting, which the fault tests use."""

import signal
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.processes import Process
from tests.servers.procfs import alive, state
from tests.wait import wait_until

TICKS = """
import itertools, time
for number in itertools.count():
    print("tick", number)
    time.sleep(0.01)
"""
PARENT = """
import subprocess, time
print("child", subprocess.Popen(["sleep", "600"]).pid)
time.sleep(600)
"""


def _python(code: str, tmp_path: Path, **env: str) -> Process:
    return Process([sys.executable, "-c", code], log=tmp_path / "log.txt", env=env)


def test_lines_are_seen_while_the_process_runs(tmp_path: Path) -> None:
    """A line of either stream is found as soon as it is complete; the environment is passed on."""
    code = "import os, sys, time; print(os.environ['WORD'], file=sys.stderr); time.sleep(600)"
    with _python(code, tmp_path, WORD="a ready worker") as process:
        assert process.wait_for_line("ready") == "a ready worker"
        assert process.running
        assert process.output() == "a ready worker\n"


def test_an_exit_without_the_line_fails_with_what_was_written(tmp_path: Path) -> None:
    """Waiting for a line of a process that ended fails at once and shows its output."""
    with (
        _python("print('broken'); raise SystemExit(3)", tmp_path) as process,
        pytest.raises(AssertionError, match="exited without 'ready'; it wrote:\nbroken"),
    ):
        process.wait_for_line("ready")
    assert process.returncode == 3


def test_output_begins_with_the_own_process(tmp_path: Path) -> None:
    """Two processes that share a log see only their own lines."""
    for word in ("first", "second"):
        with _python(f"print('{word}')", tmp_path) as process:
            assert process.wait() == 0
            assert process.output() == f"{word}\n"


def test_a_paused_process_does_nothing_until_it_is_resumed(tmp_path: Path) -> None:
    """A paused process runs but writes nothing; a resumed one goes on."""
    with _python(TICKS, tmp_path) as process:
        process.wait_for_line("tick 3")
        process.pause()
        wait_until(lambda: state(process.pid) == "T", what="pause")
        before = process.output()
        with pytest.raises(AssertionError):
            wait_until(lambda: process.output() != before, timeout=0.2)
        assert process.running
        process.resume()
        wait_until(lambda: len(process.output()) > len(before), what="more ticks")


def test_the_exit_status_distinguishes_kill_and_terminate(tmp_path: Path) -> None:
    """A killed process reports SIGKILL and a terminated one SIGTERM, also after its end."""
    with _python(TICKS, tmp_path) as killed, _python(TICKS, tmp_path) as terminated:
        killed.kill()
        assert not killed.running
        terminated.terminate()
        assert terminated.wait() == -signal.SIGTERM
    assert killed.wait() == -signal.SIGKILL


def test_the_end_takes_the_whole_group_along(tmp_path: Path) -> None:
    """The children of a process end with it, even when it was killed before them."""
    with _python(PARENT, tmp_path) as process:
        child = int(process.wait_for_line("child").split()[1])
        process.kill()
        assert alive(child)
    wait_until(lambda: not alive(child), what="end of the child")


def test_all_processes_end_with_the_session_that_forgot_them(tmp_path: Path) -> None:
    """A session that ends with an error leaves none of its processes running."""
    code = (
        "from pathlib import Path; from tests.processes import Process\n"
        f"print(Process(['sleep', '600'], log=Path({str(tmp_path / 'sleep.txt')!r})).pid)\n"
        "raise SystemExit(1)"
    )
    session = Process([sys.executable, "-c", code], log=tmp_path / "session.txt", cwd=ROOT)
    with session:
        assert session.wait() == 1
        assert not alive(int(session.output()))


def test_waiting_names_what_did_not_come_and_its_last_value() -> None:
    """`wait_until` returns the first true value, or fails with the name and the last value."""
    values = iter([0, 0, 7])
    assert wait_until(lambda: next(values)) == 7
    with pytest.raises(AssertionError, match=r"waited 0\.1 s for: the post; last value: \[\]"):
        wait_until(list, timeout=0.1, what="the post")
