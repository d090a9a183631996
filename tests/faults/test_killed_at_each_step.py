"""SIGKILL of the worker at every step boundary."""

import pytest

from tests.acceptance.reconciliation import is_settled
from tests.acceptance.stack import Stack
from tests.faults.breakpoints import BREAKPOINT_MOMENTS, set_breakpoint
from tests.faults.reconciliation import wait_and_reconcile
from tests.faults.recording_client import create_client
from tests.faults.step_scenarios import STEP_SCENARIOS
from tests.wait import wait_until
from worker.planner.decisions import Step

# Earlier posts take these steps too, so the breakpoint must be set when they are settled.
TAKEN_LATER = (Step.DELETE, Step.RECONCILE, Step.VERIFY)


@pytest.mark.timeout(400)
def test_sigkill_at_every_boundary_of_every_step(breakpoint_stack: Stack) -> None:
    """Killed before a call, after it, or after its commit, at each step: every post ends once.

    After the commit on the embedded stack, the other two on the stack with two workers.
    """
    client = create_client(breakpoint_stack)
    moments = BREAKPOINT_MOMENTS[:2] if breakpoint_stack.is_distributed else BREAKPOINT_MOMENTS[2:]
    for step in Step:
        for moment in moments:
            if breakpoint_stack.is_distributed:
                client.publish("ahead")  # a post that no breakpoint concerns
            if step in TAKEN_LATER:
                wait_until(lambda: all(map(is_settled, client.posts())), 120, "all settled")
            killed = set_breakpoint(breakpoint_stack, step, moment, "kill")
            STEP_SCENARIOS[step](client)
            assert killed.wait().returncode == -9
            breakpoint_stack.revive()
    wait_and_reconcile(breakpoint_stack, [client])
