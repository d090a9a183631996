"""A provider without drafts: one call publishes a post, under an id that we chose. Any faults, any
person, any restore: published at most once."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from models.database import Database
from models.snapshot import Snapshot
from models.statuses import DeliveryStatus, Desired, PostStatus
from tests.hypothesis_profiles import examples
from tests.unit.worker.lifecycle.call_faults import CallFault
from tests.unit.worker.lifecycle.direct_provider import DirectProvider
from tests.unit.worker.lifecycle.invariants import check_invariants
from tests.unit.worker.lifecycle.post_simulation import PostSimulation
from tests.unit.worker.lifecycle.test_restores import run_with_restore
from tests.unit.worker.lifecycle.user_actions import UserAction, apply_user_action
from worker.planner.policy import MissedPolicy

FAULTS = [*CallFault, *[CallFault.NO_FAULT] * 6]
N, S = CallFault.NO_FAULT, CallFault.STALL_LONG
faults_of_calls = st.lists(st.sampled_from(FAULTS), max_size=40)


@pytest.mark.parametrize("desired", list(Desired))
def test_without_faults_it_is_published_at_its_slot(schema: Database, desired: Desired) -> None:
    """A draft stays with us; everything else is published, by one call, when it is due."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, desired, iter(()), deliveries=2, files=1, provider=DirectProvider
        )
        end = asyncio.run(simulation.run())
        check_invariants(simulation, end)
        if desired is Desired.DRAFT:
            assert end.post.status is PostStatus.DRAFT
            assert {each.status for each in end.deliveries} == {DeliveryStatus.PENDING}
            assert simulation.remote.rows == []
        else:
            assert end.post.status is PostStatus.PUBLISHED
            assert {each.sent_version for each in end.deliveries} == {1}
            assert simulation.now - (end.post.due_at or simulation.now) < timedelta(seconds=3)


@pytest.mark.parametrize("fault", [CallFault.LOST, CallFault.DEATH_AFTER, CallFault.STALL])
def test_a_publication_whose_answer_was_lost_is_repeated(
    schema: Database, fault: CallFault
) -> None:
    """The same call under the same id finds the post: published, once, without a search."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, Desired.PUBLISHED_NOW, iter([fault]), provider=DirectProvider
        )
        end = asyncio.run(simulation.run())
        check_invariants(simulation, end)
        assert end.post.status is PostStatus.PUBLISHED


@settings(deadline=None, max_examples=examples(100), suppress_health_check=[HealthCheck.too_slow])
@given(
    faults=faults_of_calls,
    desired=st.sampled_from(Desired),
    seconds=st.sampled_from([3, 30, 3600]),
    deliveries=st.integers(1, 2),
    files=st.integers(0, 1),
    missed=st.sampled_from(MissedPolicy),
)
def test_any_faults_come_to_a_legal_end(
    schema: Database,
    faults: list[CallFault],
    desired: Desired,
    seconds: int,
    deliveries: int,
    files: int,
    missed: MissedPolicy,
) -> None:
    """Lost, late and refused calls, killed and frozen workers in any order: a legal end, published
    at most once, and what is called missed or failed is not out."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, desired, iter(faults), slot_in=timedelta(seconds=seconds),
            deliveries=deliveries, files=files, missed=missed, provider=DirectProvider,
        )  # fmt: skip
        check_invariants(simulation, asyncio.run(simulation.run()))


@settings(deadline=None, max_examples=examples(100), suppress_health_check=[HealthCheck.too_slow])
@given(
    faults=faults_of_calls,
    acts=st.lists(
        st.tuples(st.integers(0, 12), st.sampled_from(UserAction)), min_size=1, max_size=4
    ),
    desired=st.sampled_from(Desired),
    seconds=st.sampled_from([8, 90, 3600]),
    deliveries=st.integers(1, 2),
    files=st.integers(0, 1),
)
@example([S], [(2, UserAction.REMOVE)], Desired.SCHEDULED, 8, 1, 0)
@example([S], [(1, UserAction.REWORD), (2, UserAction.REMOVE)], Desired.PUBLISHED_NOW, 8, 1, 0)
def test_people_are_heard_or_told_and_nothing_goes_out_twice(
    schema: Database,
    faults: list[CallFault],
    acts: list[tuple[int, UserAction]],
    desired: Desired,
    seconds: int,
    deliveries: int,
    files: int,
) -> None:
    """A removal that was acknowledged wins over every call that is still on its way, and what goes
    out is the newest text."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, desired, iter(faults), slot_in=timedelta(seconds=seconds),
            deliveries=deliveries, files=files, provider=DirectProvider,
        )  # fmt: skip
        asked = [
            (after, lambda act=act, n=n: apply_user_action(simulation, schema, act, n))
            for n, (after, act) in enumerate(acts)
        ]
        simulation.interrupt(asked)
        end = asyncio.run(simulation.run())
        check_invariants(simulation, end)
        _check_text(simulation, end)
        if end.post.status is PostStatus.CANCELLED:
            assert not simulation.remote.ledger, "published, and called cancelled"


def _check_text(simulation: PostSimulation, end: Snapshot) -> None:
    for delivery in end.deliveries:
        if delivery.status is DeliveryStatus.PUBLISHED and not simulation.live_before_edit:
            words = [each for each in simulation.remote.ledger if each.endswith(delivery.id)]
            assert words[0].startswith(f"{simulation.expected_words()}|slotbeat:")


@settings(deadline=None, max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
@given(
    faults=faults_of_calls,
    desired=st.sampled_from(Desired),
    seconds=st.sampled_from([3, 30, 3600]),
    moments=st.tuples(st.integers(0, 12), st.integers(0, 24)),
)
# A worker is frozen before its delete, and others publish under the same id meanwhile.
@example([N, N, CallFault.BUSY_LONG, N, N, N, N, S], Desired.SCHEDULED, 3600, (0, 1))
def test_any_restore_comes_to_a_legal_end(
    schema: Database,
    faults: list[CallFault],
    desired: Desired,
    seconds: int,
    moments: tuple[int, int],
) -> None:
    """A backup from before the id was chosen is no danger: the id is the same when it is chosen
    again, so that the post is found, and published once."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, desired, iter(faults), slot_in=timedelta(seconds=seconds), files=1,
            provider=DirectProvider,
        )  # fmt: skip
        check_invariants(simulation, run_with_restore(simulation, *moments))
