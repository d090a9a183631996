"""SIGKILL of the worker at every boundary of every step."""

import pytest

from tests.acceptance.count import is_at_rest
from tests.acceptance.stack import Stack
from tests.faults.books import open_books
from tests.faults.boundaries import MOMENTS, arm
from tests.faults.counting import settle
from tests.faults.leads import LEADS
from tests.wait import wait_until
from worker.planner.decisions import Step

# Posts of earlier deaths take these on their way, and would die in another's place.
TAKEN_LATER = (Step.DELETE, Step.RECONCILE, Step.VERIFY)


@pytest.mark.timeout(400)
def test_sigkill_at_every_boundary_of_every_step(hooked: Stack) -> None:
    """Killed before a call, after it, or after its commit, at each step: every post ends once.

    The last of these in the one process on SQLite, the others where there are two workers.
    """
    books = open_books(hooked)
    moments = MOMENTS[:2] if hooked.is_distributed else MOMENTS[2:]
    for step in Step:
        for moment in moments:
            if hooked.is_distributed:
                books.publish("ahead")  # a bystander
            if step in TAKEN_LATER:
                wait_until(lambda: all(map(is_at_rest, books.posts())), 120, "all at rest")
            death = arm(hooked, step, moment, "kill")
            LEADS[step](books)
            assert death.wait().returncode == -9
            hooked.revive()
    settle(hooked, [books])
