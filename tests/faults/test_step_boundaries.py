"""SIGKILL of the worker at every boundary of every step."""

import pytest

from tests.acceptance.count import is_settled
from tests.acceptance.stack import Stack
from tests.faults.books import create_client
from tests.faults.boundaries import BREAKPOINT_MOMENTS, set_breakpoint
from tests.faults.counting import wait_and_reconcile
from tests.faults.leads import STEP_SCENARIOS
from tests.wait import wait_until
from worker.planner.decisions import Step

# Posts of earlier deaths take these on their way, and would die in another's place.
TAKEN_LATER = (Step.DELETE, Step.RECONCILE, Step.VERIFY)


@pytest.mark.timeout(400)
def test_sigkill_at_every_boundary_of_every_step(hooked: Stack) -> None:
    """Killed before a call, after it, or after its commit, at each step: every post ends once.

    The last of these in the one process on SQLite, the others where there are two workers.
    """
    books = create_client(hooked)
    moments = BREAKPOINT_MOMENTS[:2] if hooked.is_distributed else BREAKPOINT_MOMENTS[2:]
    for step in Step:
        for moment in moments:
            if hooked.is_distributed:
                books.publish("ahead")  # a bystander
            if step in TAKEN_LATER:
                wait_until(lambda: all(map(is_settled, books.posts())), 120, "all at rest")
            death = set_breakpoint(hooked, step, moment, "kill")
            STEP_SCENARIOS[step](books)
            assert death.wait().returncode == -9
            hooked.revive()
    wait_and_reconcile(hooked, [books])
