"""Edits and removals while a worker stands at a boundary, and zombies that come after them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.acceptance.stack import Stack
from tests.faults.books import Answer, RecordingClient, ExpectedPost, create_client
from tests.faults.boundaries import BREAKPOINT_MOMENTS, set_breakpoint
from tests.faults.counting import wait_and_reconcile
from tests.faults.leads import STEP_SCENARIOS
from tests.wait import wait_until
from worker.planner.decisions import Step

ACTS = ("edit", "remove")
# Steps that an edit or a removal itself leads to: they have their turn in test_step_boundaries.py.
FOLLOWING = ("unschedule", "delete")


@pytest.mark.timeout(400)
def test_an_edit_and_a_removal_at_every_step_boundary(hooked: Stack) -> None:
    """What was acknowledged while a worker stood at a boundary holds; a refusal changes nothing."""
    books = create_client(hooked)
    for step in (each for each in Step if each not in FOLLOWING):
        for moment in BREAKPOINT_MOMENTS:
            for act in ACTS:
                _change_at(books, step, moment, act)
    wait_and_reconcile(hooked, [books])
    assert any(wish.old_captions for wish in books.expected_posts), "no edit was ever accepted"
    assert any(wish.removed_at for wish in books.expected_posts), "no removal was ever acknowledged"


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.timeout(240)
def test_a_zombie_calls_after_an_edit_or_a_removal(crew: Stack, act: str) -> None:
    """Frozen before a call; another takes over, the client changes the post, the zombie calls."""
    books = create_client(crew)
    for step in ("schedule", "update", "create"):
        frozen = set_breakpoint(crew, step, "before_call", "stop")
        wish = books.publish("ahead", photo=False)
        if step == "update":
            wait_until(lambda wish=wish: _is_prepared(books, wish), 60, "the timer")  # type: ignore[misc]
            books.edit(wish, delay=7200)
        frozen.wait()
        wait_until(lambda wish=wish: _is_prepared(books, wish), 90, "another worker")  # type: ignore[misc]
        # Asked again where it was refused or unanswered: the frozen worker may hold a lock.
        wait_until(lambda wish=wish, act=act: _is_accepted(_change(books, wish, act)), 60, act)  # type: ignore[misc]
        _wait_for(books, wish, act)
        frozen.resume_worker()
    wait_and_reconcile(crew, [books])


def _change_at(books: RecordingClient, step: str, moment: str, act: str) -> None:
    """Hold a worker at a boundary of a post, change the post, and let the worker go on."""
    held = set_breakpoint(books.stack, step, moment, "hold")
    wish = STEP_SCENARIOS[step](books)
    held.wait()
    with ThreadPoolExecutor(1) as executor:
        answer = executor.submit(_change, books, wish, act)
        wait_until(lambda: answer.done() or _status(books, wish) == "cancelling", 60, "an answer")
        held.resume_worker()
        answer.result()


def _change(books: RecordingClient, wish: ExpectedPost, act: str) -> Answer:
    if act == "edit":
        return books.edit(wish, books.rng.choice(["draft", "schedule"]), delay=7200)
    return books.remove(wish)


def _is_accepted(answer: Answer) -> bool:
    return answer is not None and answer.is_success


def _wait_for(books: RecordingClient, wish: ExpectedPost, act: str) -> None:
    """Returns once the change has reached the provider; an error shows how far the post came."""
    try:
        wait_until(lambda: _is_done(books, wish, act), 90, act)
    except AssertionError as error:
        story = books.api.ask("GET", f"/posts/{wish.id}")
        raise AssertionError(f"{error}; {story.text}") from error


def _is_prepared(books: RecordingClient, wish: ExpectedPost) -> bool:
    return _parts(books, wish) == {"scheduled"}


def _is_done(books: RecordingClient, wish: ExpectedPost, act: str) -> bool:
    """Whether the change has reached the provider."""
    if act == "remove":
        return _status(books, wish) == "cancelled"
    return _parts(books, wish) == {"created" if wish.mode == "draft" else "scheduled"}


def _parts(books: RecordingClient, wish: ExpectedPost) -> set[str]:
    return {each["status"] for each in _shown(books, wish)["providerPlatforms"]}


def _status(books: RecordingClient, wish: ExpectedPost) -> str:
    return str(_shown(books, wish)["status"])


def _shown(books: RecordingClient, wish: ExpectedPost) -> Any:  # noqa: ANN401  (JSON)
    return next(post for post in books.posts() if post["id"] == wish.id)
