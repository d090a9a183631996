"""SIGKILL of the worker at every step boundary."""

from datetime import datetime

import pytest

from tests.acceptance.reconciliation import is_settled, parse_instant
from tests.acceptance.stack import Stack
from tests.faults.breakpoints import BREAKPOINT_MOMENTS, set_breakpoint
from tests.faults.reconciliation import wait_and_reconcile
from tests.faults.recording_client import RecordingClient, create_client, instant_in
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
    if breakpoint_stack.is_distributed:
        _kill_while_two_posts_exchange_their_times(breakpoint_stack, client)
    wait_and_reconcile(breakpoint_stack, [client])


def _kill_while_two_posts_exchange_their_times(stack: Stack, client: RecordingClient) -> None:
    """Each ends on the provider's timer once, at the time that the other one had."""
    pair = [
        client.publish("ahead", photo=False, platforms=[name], scheduledAt=instant_in(seconds))
        for name, seconds in (("facebook", 7200), ("x", 10800))
    ]
    times = [each.instants[each.captions[0]] for each in pair]
    wait_until(lambda: len(_timers(stack, times)) == 2, 60, "both timers")
    before = _timers(stack, times)
    killed = set_breakpoint(stack, Step.UNSCHEDULE, "after_call", "kill")
    answer = client.send(f"/posts/{pair[0].id}/swap", {"with": pair[1].id})
    assert answer is not None
    assert answer.is_success, answer.text
    for each, at in zip(pair, reversed(times), strict=True):
        each.instants[each.captions[0]] = at
    assert killed.wait().returncode == -9
    stack.revive()
    wait_until(lambda: _timers(stack, times) == before[::-1], 120, "the exchanged timers")


def _timers(stack: Stack, times: list[datetime]) -> list[list[str]]:
    """The profiles of the posts on the provider's timer for one of these times, in their order."""
    found = {
        parse_instant(each["publishAt"]): each["profileIds"]
        for each in stack.remote_posts()
        if each["stage"] == "SCHEDULED" and not each["deleted"]
    }
    shown = [at.replace(microsecond=at.microsecond // 1000 * 1000) for at in times]
    return [found[at] for at in shown if at in found]
