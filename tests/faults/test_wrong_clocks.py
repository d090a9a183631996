"""Processes whose clocks are wrong, and jump while they run."""

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.acceptance.stack import PATIENT_RETRIES, Stack
from tests.faults import clock_offset
from tests.faults.conftest import ROLES
from tests.faults.reconciliation import wait_and_reconcile
from tests.faults.recording_client import create_client, instant_in

HOUR, DAY = 3600, 86_400
# When a scheduled post goes out, from now (s).
SOON = 12
# Seconds that the clocks of the processes are wrong by, one column after the other.
JUMPS = {
    "web": (0, HOUR, -DAY, 0),
    "beat": (HOUR, -HOUR, DAY, 0),
    "second beat": (-HOUR, DAY, 0, 0),
    "worker": (600, -HOUR, DAY, 0),
    "second worker": (-600, DAY, -HOUR, 0),
}


class ClockedStack(Stack):
    """Each process follows a clock of its own."""

    def clock(self, name: str) -> Path:
        """The file that says how wrong the clock of a process is."""
        return self.folder / f"{name.replace(' ', '-')}.clock"

    def set_clocks(self, column: int) -> None:
        """Set all clocks at once, except the database's, the broker's and the provider's."""
        for name, jumps in JUMPS.items():
            clock_offset.set_clock(self.clock(name), jumps[column])

    def _command_of(self, name: str) -> list[str | Path]:
        command = super()._command_of(name)
        if not name.endswith("worker"):  # those have it from their breakpoints
            command = [sys.executable, "-m", "tests.faults.clock_offset", *command]
        return ["env", f"CLOCK={self.clock(name)}", *command]


@pytest.fixture
def clocked(tmp_path: Path, postgres_url: str, redis_url: str) -> Iterator[ClockedStack]:
    """Two beats and two workers, on PostgreSQL and Redis, with the first column of clocks."""
    stack = ClockedStack(
        tmp_path, postgres_url, redis_url, 0, roles=ROLES, with_breakpoints=True,
        settings=PATIENT_RETRIES,
    )  # fmt: skip
    stack.set_clocks(0)
    with stack:
        yield stack


@pytest.mark.timeout(240)
def test_processes_whose_clocks_jump(clocked: ClockedStack) -> None:
    """Only the database's clock decides: while all others jump by an hour and a day, back and
    forth, no post is published early or twice or missed, and no claim is stolen."""
    client = create_client(clocked)
    _assert_wrong(clocked)
    for column in range(len(JUMPS["web"])):
        clocked.set_clocks(column)
        for number in range(6):
            if number % 2:
                client.publish("schedule", scheduledAt=instant_in(SOON))
            else:
                client.publish("publish_now")
    assert wait_and_reconcile(clocked, [client]).published == 24
    for name in clocked.roles:
        process = clocked.processes[name]
        assert process.running, name
        assert "claim was lost" not in process.output(), name
        assert "set back" not in process.output(), name


def _assert_wrong(stack: Stack) -> None:
    """Assert that the workers' logs show the wrong time."""
    for name in stack.workers:
        line = stack.processes[name].wait_for_line("ready")
        logged = datetime.fromisoformat(line[:19])
        now = datetime.now()  # noqa: DTZ005  (logs are written in local time)
        assert abs((logged - now).total_seconds() - JUMPS[name][0]) < 120
