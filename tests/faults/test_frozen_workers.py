"""Workers that stand still for longer than their claim, and then go on as if nothing had been."""

import pytest

from tests.acceptance.stack import Stack
from tests.faults.books import RecordingClient, ExpectedPost, create_client
from tests.faults.boundaries import set_breakpoint
from tests.faults.counting import wait_and_reconcile
from tests.wait import wait_until

# A step and a moment, how a client leads a worker there, and how another leaves the post.
ZOMBIES = [
    ("create", "before_call", "publish_now", "published"),
    ("publish_now", "before_call", "publish_now", "published"),
    ("schedule", "before_call", "ahead", "scheduled"),
    ("upload", "before_call", "publish_now", "published"),
    ("create", "in_commit", "publish_now", "published"),
    ("publish_now", "in_commit", "publish_now", "published"),
]


@pytest.mark.timeout(240)
def test_a_frozen_worker_wakes_up_after_another_took_over(crew: Stack) -> None:
    """Its call, or its commit, comes when the post has moved on: nothing goes out twice.

    Frozen in the middle of a transaction, it must not keep others from the rows that it has locked.
    """
    books = create_client(crew)
    for step, moment, mode, status in ZOMBIES:
        frozen = set_breakpoint(crew, step, moment, "stop")
        wish = books.publish(mode, photo=step == "upload")
        frozen.wait()
        wait_until(lambda wish=wish, status=status: _has(books, wish, status), 60, status)  # type: ignore[misc]
        frozen.resume_worker()
    wait_and_reconcile(crew, [books])


@pytest.mark.timeout(240)
def test_workers_frozen_for_longer_than_their_claims(crew: Stack) -> None:
    """Each in turn is frozen in the middle of its posts until others finished them."""
    books = create_client(crew)
    for name in crew.workers:
        wishes = [books.publish("publish_now") for _ in range(15)]
        crew.processes[name].pause()
        wait_until(lambda wishes=wishes: _are_out(books, wishes), 120, "the posts to go out")  # type: ignore[misc]
        crew.processes[name].resume()
    assert wait_and_reconcile(crew, [books]).published == 30


def _has(books: RecordingClient, wish: ExpectedPost, status: str) -> bool:
    post = next(post for post in books.posts() if post["id"] == wish.id)
    return bool(post["status"] == status) and all(
        each["status"] == status for each in post["providerPlatforms"]
    )


def _are_out(books: RecordingClient, wishes: list[ExpectedPost]) -> bool:
    return all(_has(books, wish, "published") for wish in wishes)
