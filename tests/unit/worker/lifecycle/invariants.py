"""Checks whether the final state of a post is legal, and true."""

from datetime import timedelta

from models.snapshot import Snapshot
from models.statuses import SETTLED_POSTS, DeliveryStatus, Desired, PostStatus
from tests.unit.worker.lifecycle.post_simulation import PostSimulation


def check_invariants(simulation: PostSimulation, end: Snapshot) -> None:
    """The final rows agree with what happened, and nothing changes after them."""
    simulation.remote.advance_to(simulation.now + timedelta(days=60))
    desired, status = end.post.desired, end.post.status
    is_draft = status is PostStatus.DRAFT and desired is Desired.DRAFT
    assert status in SETTLED_POSTS or is_draft, f"rests as {status}"
    for delivery in end.deliveries:
        count = simulation.count_published(delivery.id)
        assert count <= 1, f"published {count} times"
        if delivery.status is DeliveryStatus.PUBLISHED:
            assert count == 1, "is called published and was not"
        elif DeliveryStatus.UNKNOWN is not delivery.status and status is not PostStatus.UNKNOWN:
            assert count == 0, f"is called {delivery.status} in a {status} post, and went out"
    known = tuple(each.id for each in end.deliveries)
    removed = [entry for entry in simulation.remote.ledger if not entry.endswith(known)]
    assert not removed, f"published where a person had taken it off: {removed}"
    if status not in (PostStatus.PUBLISHED, PostStatus.DRAFT):
        assert any(each.error for each in end.deliveries) or _reason(simulation), (
            "no reason is given"
        )


def _reason(simulation: PostSimulation) -> str | None:
    row = simulation.session.get(type(simulation.post), simulation.post.id)
    return row.reason if row else None
