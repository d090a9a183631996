"""Workers whose clocks are wrong."""

from datetime import datetime

import pytest

from tests.acceptance.stack import Stack
from tests.faults.books import create_client
from tests.faults.counting import wait_and_reconcile

FAST, SLOW = "600", "-600"


@pytest.mark.timeout(240)
def test_workers_whose_clocks_are_ten_minutes_off(crew: Stack) -> None:
    """One is ahead, one behind: no post leaves early or is missed, and no claim is stolen."""
    crew.start("worker", {"CLOCK_OFF": FAST})
    crew.start("second worker", {"CLOCK_OFF": SLOW})
    for name in crew.workers:
        crew.processes[name].wait_for_line("ready")
    _assert_off(crew)
    books = create_client(crew)
    for number in range(24):
        books.publish("soon" if number % 2 else "publish_now")
    assert wait_and_reconcile(crew, [books]).published == 24
    for name in crew.workers:
        assert "claim was lost" not in crew.processes[name].output()


def _assert_off(stack: Stack) -> None:
    """Their logs bear the wrong time."""
    for name, off in (("worker", FAST), ("second worker", SLOW)):
        line = stack.processes[name].wait_for_line("ready")
        shown = datetime.fromisoformat(line[:19])
        now = datetime.now()  # noqa: DTZ005  (logs are written in local time)
        assert abs((shown - now).total_seconds() - float(off)) < 120
