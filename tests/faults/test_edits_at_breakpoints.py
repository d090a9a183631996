"""Edits and removals while a worker is stopped at a step boundary, and zombie calls after them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.acceptance.stack import Stack
from tests.faults.breakpoints import BREAKPOINT_MOMENTS, set_breakpoint
from tests.faults.reconciliation import wait_and_reconcile
from tests.faults.recording_client import Answer, ExpectedPost, RecordingClient, create_client
from tests.faults.step_scenarios import STEP_SCENARIOS
from tests.wait import wait_until
from worker.planner.decisions import Step

ACTIONS = ("edit", "remove")
# Edits and removals cause these steps themselves; test_killed_at_each_step.py covers them.
CAUSED_BY_CHANGES = ("unschedule", "delete")


@pytest.mark.timeout(400)
def test_an_edit_and_a_removal_at_every_step_boundary(breakpoint_stack: Stack) -> None:
    """A change acknowledged while a worker is stopped takes effect: words, file, networks and time;
    a refusal changes nothing. Nothing is published where a network was taken off."""
    client = create_client(breakpoint_stack)
    for step in (each for each in Step if each not in CAUSED_BY_CHANGES):
        for moment in BREAKPOINT_MOMENTS:
            for action in ACTIONS:
                _change_at(client, step, moment, action)
    wait_and_reconcile(breakpoint_stack, [client])
    assert any(expected.old_captions for expected in client.expected_posts), (
        "no edit was ever accepted"
    )
    assert any(expected.removed_at for expected in client.expected_posts), (
        "no removal was ever acknowledged"
    )


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.timeout(240)
def test_a_zombie_calls_after_an_edit_or_a_removal(distributed_stack: Stack, action: str) -> None:
    """A worker is frozen before a call, another takes over, the client changes the post, and the
    first worker then makes its call."""
    client = create_client(distributed_stack)
    for step in ("schedule", "update", "create"):
        frozen = set_breakpoint(distributed_stack, step, "before_call", "stop")
        expected = client.publish("ahead", photo=False)
        if step == "update":
            wait_until(lambda expected=expected: _is_prepared(client, expected), 60, "the timer")  # type: ignore[misc]
            client.edit(expected, delay=7200)
        frozen.wait()
        wait_until(lambda expected=expected: _is_prepared(client, expected), 90, "another worker")  # type: ignore[misc]
        # Repeated if it is refused or not answered: the frozen worker may hold a lock.
        wait_until(
            lambda expected=expected: _is_accepted(_change(client, expected, action)),  # type: ignore[misc]
            60,
            action,
        )
        _wait_for(client, expected, action)
        frozen.resume_worker()
    wait_and_reconcile(distributed_stack, [client])


def _change_at(client: RecordingClient, step: str, moment: str, action: str) -> None:
    """Stop a worker at a step boundary, change the post, and let the worker go on."""
    held = set_breakpoint(client.stack, step, moment, "hold")
    expected = STEP_SCENARIOS[step](client)
    held.wait()
    with ThreadPoolExecutor(1) as executor:
        answer = executor.submit(_change, client, expected, action)
        wait_until(
            lambda: answer.done() or _status(client, expected) == "cancelling", 60, "an answer"
        )
        held.resume_worker()
        answer.result()


def _change(client: RecordingClient, expected: ExpectedPost, action: str) -> Answer:
    if action == "edit":
        mode = client.rng.choice(["draft", "schedule"])
        return client.edit(expected, mode, delay=7200, networks=True)
    return client.remove(expected)


def _is_accepted(answer: Answer) -> bool:
    return answer is not None and answer.is_success


def _wait_for(client: RecordingClient, expected: ExpectedPost, action: str) -> None:
    """Wait until the change has reached the provider; an error holds the post's details."""
    try:
        wait_until(lambda: _is_done(client, expected, action), 90, action)
    except AssertionError as error:
        details = client.api.ask("GET", f"/posts/{expected.id}")
        raise AssertionError(f"{error}; {details.text}") from error


def _is_prepared(client: RecordingClient, expected: ExpectedPost) -> bool:
    return _delivery_statuses(client, expected) == {"scheduled"}


def _is_done(client: RecordingClient, expected: ExpectedPost, action: str) -> bool:
    """Whether the change has reached the provider."""
    if action == "remove":
        return _status(client, expected) == "cancelled"
    prepared = "created" if expected.mode == "draft" else "scheduled"
    return _delivery_statuses(client, expected) == {prepared}


def _delivery_statuses(client: RecordingClient, expected: ExpectedPost) -> set[str]:
    return {each["status"] for each in _find_post(client, expected)["providerPlatforms"]}


def _status(client: RecordingClient, expected: ExpectedPost) -> str:
    return str(_find_post(client, expected)["status"])


def _find_post(client: RecordingClient, expected: ExpectedPost) -> Any:  # noqa: ANN401  (JSON)
    return next(post for post in client.posts() if post["id"] == expected.id)
