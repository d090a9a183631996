"""A part of `slotbeat up` that ends alone."""

import signal
import subprocess
import sys

import pytest

from tests.paths import ROOT

PROGRAM = """
import threading
from cli.watched_thread import WatchedThread

def part():
    if {fails}:
        raise OSError("it cannot sleep")

thread = WatchedThread("worker", part)
if {is_asked}:
    thread.expect_end()
thread.start()
thread.join()
threading.Event().wait({wait})
"""


@pytest.mark.parametrize("fails", [True, False])
def test_the_process_ends_with_it(fails: bool) -> None:
    """Its other parts would accept posts that nobody publishes."""
    done = run_program(fails=fails, is_asked=False, wait=60)
    assert done.returncode == -signal.SIGTERM
    assert "the worker has ended by itself" in done.stderr


def test_a_part_that_is_asked_may_end() -> None:
    """A shutdown goes on to its end."""
    done = run_program(fails=False, is_asked=True, wait=0)
    assert (done.returncode, done.stderr) == (0, "")


def run_program(**values: object) -> subprocess.CompletedProcess[str]:
    """The end of a process with a part."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.format(**values)],
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=50,
    )  # fmt: skip
