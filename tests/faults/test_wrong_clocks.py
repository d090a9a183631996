"""Workers whose clocks are wrong."""

from datetime import datetime

import pytest

from tests.acceptance.stack import Stack
from tests.faults.reconciliation import wait_and_reconcile
from tests.faults.recording_client import create_client

FAST, SLOW = "600", "-600"


@pytest.mark.timeout(240)
def test_workers_whose_clocks_are_ten_minutes_off(distributed_stack: Stack) -> None:
    """One is fast, one slow: no post is published early or missed, and no claim is stolen."""
    distributed_stack.start("worker", {"CLOCK_OFF": FAST})
    distributed_stack.start("second worker", {"CLOCK_OFF": SLOW})
    for name in distributed_stack.workers:
        distributed_stack.processes[name].wait_for_line("ready")
    _assert_off(distributed_stack)
    client = create_client(distributed_stack)
    for number in range(24):
        client.publish("soon" if number % 2 else "publish_now")
    assert wait_and_reconcile(distributed_stack, [client]).published == 24
    for name in distributed_stack.workers:
        assert "claim was lost" not in distributed_stack.processes[name].output()


def _assert_off(stack: Stack) -> None:
    """Assert that their logs show the wrong time."""
    for name, off in (("worker", FAST), ("second worker", SLOW)):
        line = stack.processes[name].wait_for_line("ready")
        logged = datetime.fromisoformat(line[:19])
        now = datetime.now()  # noqa: DTZ005  (logs are written in local time)
        assert abs((logged - now).total_seconds() - float(off)) < 120
