"""Workers that are frozen for longer than their claim and then go on (zombies)."""

import pytest

from tests.acceptance.stack import Stack
from tests.faults.breakpoints import set_breakpoint
from tests.faults.reconciliation import wait_and_reconcile
from tests.faults.recording_client import ExpectedPost, RecordingClient, create_client
from tests.wait import wait_until

# Step, moment, the publish mode that leads a worker there, and the status after another worker.
ZOMBIES = [
    ("create", "before_call", "publish_now", "published"),
    ("publish_now", "before_call", "publish_now", "published"),
    ("schedule", "before_call", "ahead", "scheduled"),
    ("upload", "before_call", "publish_now", "published"),
    ("create", "in_commit", "publish_now", "published"),
    ("publish_now", "in_commit", "publish_now", "published"),
]


@pytest.mark.timeout(240)
def test_a_frozen_worker_wakes_up_after_another_took_over(distributed_stack: Stack) -> None:
    """Its call or commit comes after the post has changed: nothing is published twice.

    A worker frozen inside a transaction must not block the others with its row locks.
    """
    client = create_client(distributed_stack)
    for step, moment, mode, status in ZOMBIES:
        frozen = set_breakpoint(distributed_stack, step, moment, "stop")
        expected = client.publish(mode, photo=step == "upload")
        frozen.wait()
        wait_until(
            lambda expected=expected, status=status: _has(client, expected, status),  # type: ignore[misc]
            60,
            status,
        )
        frozen.resume_worker()
    wait_and_reconcile(distributed_stack, [client])


@pytest.mark.timeout(240)
def test_workers_frozen_for_longer_than_their_claims(distributed_stack: Stack) -> None:
    """Each worker in turn is frozen while it runs posts, until the others have finished them."""
    client = create_client(distributed_stack)
    for name in distributed_stack.workers:
        posts = [client.publish("publish_now") for _ in range(15)]
        distributed_stack.processes[name].pause()
        wait_until(lambda posts=posts: _are_published(client, posts), 120, "publication")  # type: ignore[misc]
        distributed_stack.processes[name].resume()
    assert wait_and_reconcile(distributed_stack, [client]).published == 30


def _has(client: RecordingClient, expected: ExpectedPost, status: str) -> bool:
    post = next(post for post in client.posts() if post["id"] == expected.id)
    return bool(post["status"] == status) and all(
        each["status"] == status for each in post["providerPlatforms"]
    )


def _are_published(client: RecordingClient, posts: list[ExpectedPost]) -> bool:
    return all(_has(client, expected, "published") for expected in posts)
