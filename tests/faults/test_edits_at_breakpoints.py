"""Edits and removals while a worker stands at a boundary, and zombies that come after them."""

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

ACTS = ("edit", "remove")
# Steps that an edit or a removal itself leads to: they have their turn in test_step_boundaries.py.
FOLLOWING = ("unschedule", "delete")


@pytest.mark.timeout(400)
def test_an_edit_and_a_removal_at_every_step_boundary(breakpoint_stack: Stack) -> None:
    """What was acknowledged while a worker stood at a boundary holds; a refusal changes nothing."""
    client = create_client(breakpoint_stack)
    for step in (each for each in Step if each not in FOLLOWING):
        for moment in BREAKPOINT_MOMENTS:
            for act in ACTS:
                _change_at(client, step, moment, act)
    wait_and_reconcile(breakpoint_stack, [client])
    assert any(expected.old_captions for expected in client.expected_posts), (
        "no edit was ever accepted"
    )
    assert any(expected.removed_at for expected in client.expected_posts), (
        "no removal was ever acknowledged"
    )


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.timeout(240)
def test_a_zombie_calls_after_an_edit_or_a_removal(distributed_stack: Stack, act: str) -> None:
    """Frozen before a call; another takes over, the client changes the post, the zombie calls."""
    client = create_client(distributed_stack)
    for step in ("schedule", "update", "create"):
        frozen = set_breakpoint(distributed_stack, step, "before_call", "stop")
        expected = client.publish("ahead", photo=False)
        if step == "update":
            wait_until(lambda expected=expected: _is_prepared(client, expected), 60, "the timer")  # type: ignore[misc]
            client.edit(expected, delay=7200)
        frozen.wait()
        wait_until(lambda expected=expected: _is_prepared(client, expected), 90, "another worker")  # type: ignore[misc]
        # Asked again where it was refused or unanswered: the frozen worker may hold a lock.
        wait_until(
            lambda expected=expected, act=act: _is_accepted(_change(client, expected, act)),  # type: ignore[misc]
            60,
            act,
        )
        _wait_for(client, expected, act)
        frozen.resume_worker()
    wait_and_reconcile(distributed_stack, [client])


def _change_at(client: RecordingClient, step: str, moment: str, act: str) -> None:
    """Hold a worker at a boundary of a post, change the post, and let the worker go on."""
    held = set_breakpoint(client.stack, step, moment, "hold")
    expected = STEP_SCENARIOS[step](client)
    held.wait()
    with ThreadPoolExecutor(1) as executor:
        answer = executor.submit(_change, client, expected, act)
        wait_until(
            lambda: answer.done() or _status(client, expected) == "cancelling", 60, "an answer"
        )
        held.resume_worker()
        answer.result()


def _change(client: RecordingClient, expected: ExpectedPost, act: str) -> Answer:
    if act == "edit":
        return client.edit(expected, client.rng.choice(["draft", "schedule"]), delay=7200)
    return client.remove(expected)


def _is_accepted(answer: Answer) -> bool:
    return answer is not None and answer.is_success


def _wait_for(client: RecordingClient, expected: ExpectedPost, act: str) -> None:
    """Returns once the change has reached the provider; an error shows how far the post came."""
    try:
        wait_until(lambda: _is_done(client, expected, act), 90, act)
    except AssertionError as error:
        story = client.api.ask("GET", f"/posts/{expected.id}")
        raise AssertionError(f"{error}; {story.text}") from error


def _is_prepared(client: RecordingClient, expected: ExpectedPost) -> bool:
    return _parts(client, expected) == {"scheduled"}


def _is_done(client: RecordingClient, expected: ExpectedPost, act: str) -> bool:
    """Whether the change has reached the provider."""
    if act == "remove":
        return _status(client, expected) == "cancelled"
    return _parts(client, expected) == {"created" if expected.mode == "draft" else "scheduled"}


def _parts(client: RecordingClient, expected: ExpectedPost) -> set[str]:
    return {each["status"] for each in _shown(client, expected)["providerPlatforms"]}


def _status(client: RecordingClient, expected: ExpectedPost) -> str:
    return str(_shown(client, expected)["status"])


def _shown(client: RecordingClient, expected: ExpectedPost) -> Any:  # noqa: ANN401  (JSON)
    return next(post for post in client.posts() if post["id"] == expected.id)
