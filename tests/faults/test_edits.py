"""Edits and removals while a worker stands at a boundary, and zombies that come after them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.acceptance.stack import Stack
from tests.faults.books import Answer, Books, Wish, open_books
from tests.faults.boundaries import MOMENTS, arm
from tests.faults.counting import settle
from tests.faults.leads import LEADS
from tests.wait import wait_until
from worker.planner.decisions import Step

ACTS = ("edit", "remove")
# Steps that an edit or a removal itself leads to: they have their turn in test_step_boundaries.py.
FOLLOWING = ("unschedule", "delete")


@pytest.mark.timeout(400)
def test_an_edit_and_a_removal_at_every_step_boundary(hooked: Stack) -> None:
    """What was acknowledged while a worker stood at a boundary holds; a refusal changes nothing."""
    books = open_books(hooked)
    for step in (each for each in Step if each not in FOLLOWING):
        for moment in MOMENTS:
            for act in ACTS:
                _change_at(books, step, moment, act)
    settle(hooked, [books])
    assert any(wish.old_captions for wish in books.wishes), "no edit was ever accepted"
    assert any(wish.removed_at for wish in books.wishes), "no removal was ever acknowledged"


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.timeout(240)
def test_a_zombie_calls_after_an_edit_or_a_removal(crew: Stack, act: str) -> None:
    """Frozen before a call; another takes over, the client changes the post, the zombie calls."""
    books = open_books(crew)
    for step in ("schedule", "update", "create"):
        frozen = arm(crew, step, "before_call", "stop")
        wish = books.publish("ahead", photo=False)
        if step == "update":
            wait_until(lambda wish=wish: _is_prepared(books, wish), 60, "the timer")  # type: ignore[misc]
            books.edit(wish, delay=7200)
        frozen.wait()
        wait_until(lambda wish=wish: _is_prepared(books, wish), 90, "another worker")  # type: ignore[misc]
        # Asked again where it was refused or unanswered: the frozen worker may hold a lock.
        wait_until(lambda wish=wish, act=act: _is_accepted(_change(books, wish, act)), 60, act)  # type: ignore[misc]
        _wait_for(books, wish, act)
        frozen.let_go()
    settle(crew, [books])


def _change_at(books: Books, step: str, moment: str, act: str) -> None:
    """Hold a worker at a boundary of a post, change the post, and let the worker go on."""
    held = arm(books.stack, step, moment, "hold")
    wish = LEADS[step](books)
    held.wait()
    with ThreadPoolExecutor(1) as client:
        answer = client.submit(_change, books, wish, act)
        wait_until(lambda: answer.done() or _status(books, wish) == "cancelling", 60, "an answer")
        held.let_go()
        answer.result()


def _change(books: Books, wish: Wish, act: str) -> Answer:
    if act == "edit":
        return books.edit(wish, books.dice.choice(["draft", "schedule"]), delay=7200)
    return books.remove(wish)


def _is_accepted(answer: Answer) -> bool:
    return answer is not None and answer.is_success


def _wait_for(books: Books, wish: Wish, act: str) -> None:
    """Returns once the change has reached the provider; an error shows how far the post came."""
    try:
        wait_until(lambda: _is_done(books, wish, act), 90, act)
    except AssertionError as error:
        story = books.caller.ask("GET", f"/posts/{wish.id}")
        raise AssertionError(f"{error}; {story.text}") from error


def _is_prepared(books: Books, wish: Wish) -> bool:
    return _parts(books, wish) == {"scheduled"}


def _is_done(books: Books, wish: Wish, act: str) -> bool:
    """Whether the change has reached the provider."""
    if act == "remove":
        return _status(books, wish) == "cancelled"
    return _parts(books, wish) == {"created" if wish.mode == "draft" else "scheduled"}


def _parts(books: Books, wish: Wish) -> set[str]:
    return {each["status"] for each in _shown(books, wish)["providerPlatforms"]}


def _status(books: Books, wish: Wish) -> str:
    return str(_shown(books, wish)["status"])


def _shown(books: Books, wish: Wish) -> Any:  # noqa: ANN401  (JSON)
    return next(post for post in books.posts() if post["id"] == wish.id)
