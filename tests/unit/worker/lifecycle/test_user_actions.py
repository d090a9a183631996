"""People edit, remove and retry at any time, with any faults: published at most once, and never
after a removal."""

import asyncio
from datetime import timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from models.database import Database
from models.snapshot import Snapshot
from models.statuses import DeliveryStatus, Desired, PostStatus
from models.store.posts import history
from models.tables import SEAT
from tests.hypothesis_profiles import examples
from tests.unit.worker.lifecycle.call_faults import CallFault
from tests.unit.worker.lifecycle.invariants import check_invariants
from tests.unit.worker.lifecycle.post_simulation import PostSimulation
from tests.unit.worker.lifecycle.user_actions import UserAction, apply_user_action
from worker.steps.step_context import TOO_LATE

S, REFUSED = CallFault.STALL_LONG, CallFault.REFUSED


@settings(deadline=None, max_examples=examples(120), suppress_health_check=[HealthCheck.too_slow])
@given(
    faults=st.lists(st.sampled_from([*CallFault, *[CallFault.NO_FAULT] * 12]), max_size=40),
    acts=st.lists(
        st.tuples(st.integers(0, 12), st.sampled_from(UserAction)), min_size=1, max_size=4
    ),
    desired=st.sampled_from(Desired),
    seconds=st.sampled_from([8, 90, 3600, 200_000]),
    deliveries=st.integers(1, 2),
    files=st.integers(0, 1),
)
@example([CallFault.NO_FAULT, S], [(2, UserAction.REMOVE)], Desired.SCHEDULED, 3600, 1, 0)
@example([CallFault.NO_FAULT, S], [(3, UserAction.DRAFT)], Desired.SCHEDULED, 3600, 1, 0)
@example(
    [CallFault.NO_FAULT, S],
    [(4, UserAction.POSTPONE), (4, UserAction.REMOVE)],
    Desired.SCHEDULED,
    3600,
    1,
    0,
)
@example([CallFault.NO_FAULT] * 3 + [S], [(3, UserAction.DRAFT)], Desired.SCHEDULED, 3600, 1, 0)
@example(
    [CallFault.NO_FAULT, CallFault.NO_FAULT, S],
    [(2, UserAction.POSTPONE)],
    Desired.SCHEDULED,
    3600,
    2,
    0,
)
@example([], [(12, UserAction.MOVE), (5, UserAction.REWORD)], Desired.SCHEDULED, 3600, 2, 0)
# The old remote post cannot be deleted: it may still go out in its old slot.
@example(
    [*[CallFault.NO_FAULT] * 4, CallFault.NOTHING, CallFault.LOST, CallFault.NO_FAULT, REFUSED],
    [(0, UserAction.MOVE), (2, UserAction.POSTPONE)],
    Desired.DRAFT,
    8,
    2,
    0,
)
def test_people_are_heard_or_told_and_nothing_goes_out_twice(
    schema: Database,
    faults: list[CallFault],
    acts: list[tuple[int, UserAction]],
    desired: Desired,
    seconds: int,
    deliveries: int,
    files: int,
) -> None:
    """Stalled workers, lost responses and edits in any order: at most one publication, none
    after an acknowledged removal of the post or of a network, and the newest accepted text with its
    files is published, or the history says why not."""
    with schema.read() as session:
        slot_in = timedelta(seconds=seconds)
        simulation = PostSimulation(
            session, desired, iter(faults), slot_in=slot_in, deliveries=deliveries, files=files
        )
        asked = [
            (after, lambda act=act, n=n: apply_user_action(simulation, schema, act, n))
            for n, (after, act) in enumerate(acts)
        ]
        simulation.interrupt(asked)
        end = asyncio.run(simulation.run())
        check_invariants(simulation, end)
        _check_words(simulation, end)
        _check_seats(simulation, end)
        if end.post.status is PostStatus.CANCELLED:
            assert not simulation.remote.ledger, "published, and called cancelled"


def _check_seats(simulation: PostSimulation, end: Snapshot) -> None:
    """A finished post has the seat of its slot, and no old one; except a post that was published in
    its old slot before it could be taken back, or that may have been."""
    told = [event.error for event in history.list_for_post(simulation.session, end.post.id)]
    query = select(SEAT.c.slot_at).where(SEAT.c.post_id == end.post.id)
    held = list(simulation.session.connection().execute(query).scalars())
    if end.post.status in (PostStatus.FAILED, PostStatus.MISSED, PostStatus.CANCELLED):
        assert held == []
    elif end.post.status is PostStatus.UNKNOWN:
        assert len(held) <= 1
    elif TOO_LATE not in told:
        assert held in ([], [end.post.scheduled_for])


def _check_words(simulation: PostSimulation, end: Snapshot) -> None:
    """The published text is the last accepted one, unless the history says that the edit was too
    late."""
    too_late = {
        event.subject_id
        for event in history.list_for_post(simulation.session, end.post.id)
        if event.error == TOO_LATE
    }
    for delivery in end.deliveries:
        is_older = delivery.id in too_late | simulation.live_before_edit
        if delivery.status is not DeliveryStatus.PUBLISHED or is_older:
            continue
        words = [entry for entry in simulation.remote.ledger if entry.endswith(delivery.id)]
        expected = simulation.expected_words()
        assert words[0].startswith(f"{expected}|slotbeat:"), f"{words} is not {expected}"
